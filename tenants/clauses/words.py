"""How the verdicts on records are shown."""

from saas.policy.evidence import MET, MISSED, OPEN

VERDICTS = {
    MISSED: ("未做到", "red", "triangle-alert"), OPEN: ("进行中", "blue", "clock"), MET: ("已做到", "green", "check"),
}  # fmt: skip
