"""The lab's judge of passthrough catches what is wrong: made-up attempts, right answers and answers turned wrong."""
import copy
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent / "lab"))
import judge

OK = {"opened": True, "resettable": True}


def fails(step):
    return {"opened": False, "failed_at": step}


# a card that goes alone; a card of two functions; two cards below a port without ACS; a disk in use beside a NIC
ATTEMPTS = {
    "groups": {"0": ["0000:00:01.0"], "1": ["0000:01:00.0"], "2": ["0000:02:00.0", "0000:02:00.1"],
               "3": ["0000:00:02.0", "0000:03:00.0", "0000:04:00.0"], "4": ["0000:05:00.0", "0000:05:00.1"]},
    "functions": {
        "0000:00:01.0": {"bridge": True}, "0000:00:02.0": {"bridge": True},
        "0000:01:00.0": {"alone": OK, "group": OK},
        **{address: {"alone": fails("group viable"), "group": OK}
           for address in ("0000:02:00.0", "0000:02:00.1", "0000:03:00.0", "0000:04:00.0")},
        "0000:05:00.0": {}, "0000:05:00.1": {"alone": fails("group viable")},
    },
}
TRUTH = {"in_use": ["0000:05:00.0"]}
RIGHT = {"0000:01:00.0": "viable", "0000:02:00.0": "viable", "0000:02:00.1": "viable", "0000:03:00.0": "limited",
         "0000:04:00.0": "limited", "0000:05:00.0": "never", "0000:05:00.1": "not possible"}


def answer(attempts, verdicts, groups=None, host="partial"):
    """What hostcap would say with these verdicts; groups: predicted ones."""
    group_of = {address: int(number) for number, members in attempts["groups"].items() for address in members}
    devices = [{"address": address, "bridge": judge.is_bridge(address, attempts), "group": group_of.get(address),
                "verdict": verdicts.get(address, "not possible"), "reset": None, "reasons": []}
               for address in attempts["functions"]]
    listed = attempts["groups"] if groups is None else {str(n): members for n, members in enumerate(groups)}
    words = list(verdicts.values())
    return {
        "verdict": host, "devices": devices,
        "counts": {word.replace(" ", "_"): words.count(word) for word in judge.BETTER_FIRST},
        "groups": [{"number": int(number), "predicted": groups is not None, "devices": members,
                    "verdict": max((verdicts[member] for member in members if member in verdicts),
                                   key=judge.BETTER_FIRST.index, default="not possible")}
                   for number, members in listed.items()],
    }


class Judge(unittest.TestCase):
    def wrong(self, verdicts, attempts=ATTEMPTS, truth=TRUTH, **how):
        return judge.root(answer(attempts, verdicts, **how), attempts, truth)

    def test_right(self):
        self.assertEqual([], self.wrong(RIGHT))
        self.assertEqual([], self.wrong(RIGHT | {"0000:01:00.0": "limited"}))

    def test_every_other_verdict_is_wrong(self):
        free = {"0000:01:00.0", "0000:02:00.0", "0000:02:00.1"}  # limited is right for these, too
        for address, right in RIGHT.items():
            for word in judge.BETTER_FIRST:
                if word != right and not (word == "limited" and address in free):
                    with self.subTest(address=address, word=word):
                        self.assertTrue(any(line.startswith(address) for line in self.wrong(RIGHT | {address: word})))

    def test_whose_loss_would_be_felt(self):
        self.assertTrue(self.wrong(RIGHT, truth=TRUTH | {"leaned_on": ["0000:01:00.0"]}))

    def test_groups_and_devices_of_the_kernel(self):
        for change in (lambda said: said["groups"].pop(), lambda said: said["groups"][0].update(number=9),
                       lambda said: said["groups"][3]["devices"].pop(), lambda said: said["devices"].pop(),
                       lambda said: said["groups"][0].update(predicted=True),
                       lambda said: said["groups"][1].update(verdict="limited"),
                       lambda said: said["devices"][0].update(bridge=False),
                       lambda said: said["devices"][2].update(reset="none"),
                       lambda said: said["counts"].update(viable=9), lambda said: said.update(verdict="none")):
            said = copy.deepcopy(answer(ATTEMPTS, RIGHT))
            change(said)
            self.assertTrue(judge.root(said, ATTEMPTS, TRUTH))

    def off(self, verdicts, groups):
        attempts = {"groups": {}, "functions": {"0000:00:01.0": {"alone": fails("iommu_group")},
                                                "0000:00:02.0": {"alone": fails("iommu_group")}}}
        return judge.root(answer(attempts, verdicts, groups=groups, host="after fixes"), attempts,
                          {"not_ready": "viable after fixes"}, [["0000:00:02.0"]])

    def test_prediction(self):
        right = {"0000:00:01.0": "not possible", "0000:00:02.0": "viable after fixes"}
        self.assertEqual([], self.off(right, [["0000:00:02.0"]]))
        self.assertTrue(self.off(right, [["0000:00:01.0", "0000:00:02.0"]]))
        self.assertTrue(self.off(right, []))
        self.assertTrue(self.off(right | {"0000:00:02.0": "viable"}, [["0000:00:02.0"]]))
        self.assertTrue(self.off(right | {"0000:00:01.0": "viable after fixes"}, [["0000:00:02.0"]]))

    def test_cause_not_stated(self):
        attempts = {"groups": {"0": ["0000:00:01.0"]}, "functions": {"0000:00:01.0": {"alone": fails("set iommu")}}}
        with self.assertRaises(judge.Unclear):
            judge.root(answer(attempts, {"0000:00:01.0": "viable"}), attempts, {})

    def test_without_rights(self):
        of_root = answer(ATTEMPTS, RIGHT)
        self.assertEqual([], judge.user(answer(ATTEMPTS, dict.fromkeys(RIGHT, "cannot tell")), of_root))
        self.assertTrue(judge.user(answer(ATTEMPTS, RIGHT | {"0000:01:00.0": "limited"}), of_root))
        fewer = answer(ATTEMPTS, RIGHT)
        fewer["devices"].pop()
        self.assertTrue(judge.user(fewer, of_root))


if __name__ == "__main__":
    unittest.main()
