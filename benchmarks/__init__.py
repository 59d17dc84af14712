"""What the library costs, in lines of JSON. Figures are reported and never asserted: machines differ."""
