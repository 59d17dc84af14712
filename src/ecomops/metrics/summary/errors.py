"""What summaries refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False)
class PartTwice(Invalid):
    """A part is in both summaries: its rows would count twice."""

    code: ClassVar[str] = "summary.part_twice"
    text: ClassVar[Text] = Text("part {part} would count twice", "第 {part} 分区会被重复计算")

    part: int


@define(kw_only=True, slots=False, eq=False)
class OtherPartitioning(Invalid):
    """Two summaries saw parts of different partitionings, which may share rows."""

    code: ClassVar[str] = "summary.other_partitioning"
    text: ClassVar[Text] = Text(
        "parts by {left} cannot be merged with parts by {right}", "按 {left} 的分区不能与按 {right} 的分区合并"
    )

    left: str
    right: str


@define(kw_only=True, slots=False, eq=False)
class OtherSpec(Invalid):
    """A summary holds other figures than the ones that are asked for, or cut or defined otherwise."""

    code: ClassVar[str] = "summary.other_spec"
    text: ClassVar[Text] = Text(
        "the summary was made by another specification: {differing} is not the same",
        "汇总所依据的规格不同：{differing} 不一致",
    )

    differing: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class NotOfPart(Invalid):
    """A row does not belong to the part that it was handed in with; the first such row is named."""

    code: ClassVar[str] = "summary.not_of_part"
    text: ClassVar[Text] = Text(
        "row {row} of {family} belongs to part {part} by its {column}, which was not said",
        "{family} 第 {row} 行按 {column} 属于第 {part} 分区，与所声明的不符",
    )

    family: str
    row: int
    column: str
    part: int


@define(kw_only=True, slots=False, eq=False)
class Damaged(Invalid):
    """Bytes are not those that a summary was written as."""

    code: ClassVar[str] = "summary.damaged"
    text: ClassVar[Text] = Text("these bytes are no whole summary: {what}", "这些字节不是完整的汇总：{what}")

    what: str


@define(kw_only=True, slots=False, eq=False)
class UnknownVersion(Invalid):
    """Bytes were written in a form that this version does not know."""

    code: ClassVar[str] = "summary.unknown_version"
    text: ClassVar[Text] = Text(
        "the bytes are of version {found}, known is {known}", "字节版本为 {found}，可识别的版本为 {known}"
    )

    found: int
    known: int


@define(kw_only=True, slots=False, eq=False)
class PartsMissing(Invalid):
    """Some parts have not been seen: the figures would be too small."""

    code: ClassVar[str] = "summary.parts_missing"
    text: ClassVar[Text] = Text(
        "{missing} of {parts} parts are missing, the first one is {first}",
        "{parts} 个分区中缺少 {missing} 个，首个为第 {first} 分区",
    )

    missing: int
    parts: int
    first: int


@define(kw_only=True, slots=False, eq=False)
class NotSummed(Invalid):
    """A figure is asked for that the summary does not hold."""

    code: ClassVar[str] = "summary.not_summed"
    text: ClassVar[Text] = Text("the summary does not hold {measure}", "汇总中没有 {measure}")

    measure: str


@define(kw_only=True, slots=False, eq=False)
class NotOneSlice(Invalid):
    """A table by period is of one slice: each dimension of the summary has to be named, and no other."""

    code: ClassVar[str] = "summary.not_one_slice"
    text: ClassVar[Text] = Text(
        "a table needs a code for each of {dimensions}, and was given {given}",
        "该表需要逐一给出维度 {dimensions} 的代码，而给出的是 {given}",
    )

    dimensions: str
    given: str


@define(kw_only=True, slots=False, eq=False)
class SumTooLarge(Invalid):
    """The amounts of a measure might not fit into 64 bits: nothing was added."""

    code: ClassVar[str] = "summary.sum_too_large"
    text: ClassVar[Text] = Text(
        "the amounts of {measure} come to {total} without their signs, a sum holds {most}",
        "{measure} 的绝对值之和为 {total}，超出可容纳的 {most}",
    )

    measure: str
    total: int
    most: int
