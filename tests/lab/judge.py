"""Is what hostcap says of PCI devices what comes of the attempt?  For tests/lab/check; README.md says what means what.

An attempt is what guest/attempts said in the host: {"groups": {number: [function...]}, "functions": {function:
{"bridge": true} or {"alone": ..., "group": ..., "freed": ...}}}, each of the three what guest/vfiotry said or missing.
A truth is that of the host's file."""

BETTER_FIRST = ["viable", "limited", "viable after fixes", "not possible", "never", "cannot tell"]
GIVEN = {"viable", "limited"}


class Unclear(Exception):
    """The attempt came to something that judges nobody: a fault of the lab."""


def outcome(attempt):
    """"ok", or the step that failed; "untried" where a member of the group is in use."""
    if not attempt:
        return "untried"
    return "ok" if attempt["opened"] else attempt["failed_at"]


def of_host(step, iommu_on, truth):
    """The verdicts that are right when the attempt failed because of the host, or of the device as it is."""
    if step == "bind vfio-pci":
        return {"not possible"}
    if step == "iommu_group" and iommu_on:  # the others have groups: the IOMMU leaves this one out
        return {"not possible"}
    if step in ("iommu_group", "set iommu") and "not_ready" in truth:
        return {truth["not_ready"]}
    raise Unclear(f"an attempt ends at {step}, for which the host's file states no cause")


def of_attempts(function, steps, iommu_on, truth):
    """The verdicts that are right where these were tried one after the other, and what each success means."""
    for bound, given in steps:
        step = outcome(function.get(bound))
        if step == "ok":
            return given
        if step == "untried":
            return {"not possible"}
        if step != "group viable":
            return of_host(step, iommu_on, truth)
    return {"not possible"}


def is_bridge(address, attempts):
    return attempts["functions"][address].get("bridge", False)


def is_card(address, attempts):
    """Whether what goes to a guest with this function are functions of its own slot only."""
    group = next((members for members in attempts["groups"].values() if address in members), [])
    return {member[:-2] for member in group if not is_bridge(member, attempts)} <= {address[:-2]}


FREED = "freed", {"limited", "viable after fixes"}


def device_verdicts(address, attempts, truth, twin):
    """The verdicts that are right for a function that is no bridge."""
    if address in truth.get("in_use", []):
        return {"never"}
    if address in truth.get("iommu_itself", []):
        return {"not possible"}
    given = {"limited"} if address in truth.get("leaned_on", []) else GIVEN
    together = given if is_card(address, attempts) else {"limited"}
    right = of_attempts(attempts["functions"][address], [("alone", given), ("group", together), FREED],
                        bool(attempts["groups"]), truth)
    if not attempts["groups"]:  # what stands in the way with an IOMMU may be said without one
        if twin is not None and not any(address in members for members in twin):
            return {"not possible"}
        if truth.get("sriov", {}).get(address, [0, 0])[1]:
            return right | {"not possible"}
    return right


def group_verdicts(members, attempts, truth):
    """The verdicts that are right for a group with these members, of which one at least is no bridge."""
    if set(members) & set(truth.get("in_use", [])):
        return {"never"}
    rights = [of_attempts(attempts["functions"][address], [("group", GIVEN), FREED], bool(attempts["groups"]), truth)
              for address in members]
    return max(rights, key=lambda right: max(map(BETTER_FIRST.index, right)))


def shape(groups):
    return sorted(sorted(members) for members in groups)


def compare_groups(answer, attempts, truth, twin):
    """Groups must be the kernel's; where it has none, those that the same host has with its IOMMU on."""
    claimed = [group["devices"] for group in answer["groups"]]
    predicted = any(group["predicted"] for group in answer["groups"])
    if attempts["groups"]:
        if predicted:
            yield "groups are called a prediction though the kernel formed them"
        by_number = {str(group["number"]): sorted(group["devices"]) for group in answer["groups"]}
        if by_number != {number: sorted(members) for number, members in attempts["groups"].items()}:
            yield f"groups are {by_number}, the kernel says {attempts['groups']}"
    elif claimed and not all(group["predicted"] for group in answer["groups"]):
        yield "groups are not called a prediction though the kernel formed none"
    elif twin is not None and shape(claimed) != shape(twin):
        yield f"predicted groups are {shape(claimed)}, with the IOMMU on they are {shape(twin)}"


def because(device):
    """The codes of the reasons that count, those that could not be told with a question mark."""
    codes = [reason["code"] + "?" * reason["open"] for reason in device["reasons"] if reason["effect"] != "info"]
    return f" [{' '.join(codes)}]" if codes else ""


def compare_reset(device, function):
    """Only what one function can be reset by: a reset of the whole bus shows in no attempt."""
    alone = function.get("alone") or {}
    if not alone.get("opened"):
        return
    if alone["resettable"] and device["reset"] == "none":
        yield f"{device['address']}: reset none, but the kernel resets it"
    if not alone["resettable"] and device["reset"] in ("flr", "af_flr", "pm"):
        yield f"{device['address']}: reset {device['reset']}, but the kernel cannot"


def compare_devices(answer, attempts, truth, twin):
    claimed = {device["address"]: device for device in answer["devices"]}
    if claimed.keys() != attempts["functions"].keys():
        yield f"devices are {sorted(claimed)}, the kernel has {sorted(attempts['functions'])}"
    for address, device in sorted(claimed.items()):
        function = attempts["functions"].get(address)
        if function is None:
            continue
        if device["bridge"] != is_bridge(address, attempts):
            yield f"{address}: {'a' if device['bridge'] else 'no'} bridge, says hostcap"
        elif not device["bridge"]:
            right = device_verdicts(address, attempts, truth, twin)
            if device["verdict"] not in right:
                steps = {bound: outcome(function[bound]) for bound in ("alone", "group", "freed") if bound in function}
                yield (f"{address}: {device['verdict']}{because(device)}, right is {' or '.join(sorted(right))} "
                       f"({steps or 'in use'})")
            yield from compare_reset(device, function)


def compare_group_verdicts(answer, attempts, truth):
    """A group that is only predicted cannot be tried."""
    verdicts = {device["address"]: device["verdict"] for device in answer["devices"]}
    for group in answer["groups"]:
        members = [address for address in group["devices"]
                   if address in attempts["functions"] and address in verdicts and not is_bridge(address, attempts)]
        if not members:
            continue
        worst = max((verdicts[address] for address in members), key=BETTER_FIRST.index)
        if group["verdict"] != worst:
            yield f"group {group['number']}: {group['verdict']}, but the worst of its devices is {worst}"
        right = group_verdicts(members, attempts, truth) if attempts["groups"] else None
        if right and group["verdict"] not in right:
            yield f"group {group['number']}: {group['verdict']}, right is {' or '.join(sorted(right))}"


def compare_host(answer, attempts):
    """The host's word and the counts follow from the devices."""
    words = [device["verdict"] for device in answer["devices"] if not device["bridge"]]
    counts = {word.replace(" ", "_"): words.count(word) for word in BETTER_FIRST}
    if answer["counts"] != counts:
        yield f"counts are {answer['counts']}, the devices make {counts}"
    if set(words) & GIVEN:
        right = {"good", "partial"}
    else:
        right = {"after fixes"} if "viable after fixes" in words else {"none"}
    if "cannot tell" not in words and answer["verdict"] not in right:
        yield f"the host: {answer['verdict']}, its devices make it {' or '.join(sorted(right))}"


def root(answer, attempts, truth, twin=None):
    """What is wrong with an answer given to root, as sentences; "cannot tell" is wrong."""
    return [*compare_groups(answer, attempts, truth, twin), *compare_devices(answer, attempts, truth, twin),
            *compare_group_verdicts(answer, attempts, truth), *compare_host(answer, attempts)]


def user(answer, of_root):
    """What is wrong with an answer given to a user without rights: the same devices and groups, and no verdict flips.
    What a prediction needs such a user cannot read."""
    formed = not any(group["predicted"] for group in of_root["groups"])
    wrong = []
    for name, key in (("devices", "address"), ("groups", "number"))[:2 if formed else 1]:
        known = {entry[key]: entry["verdict"] for entry in of_root[name]}
        seen = {entry[key]: entry["verdict"] for entry in answer[name]}
        if known.keys() != seen.keys():
            wrong.append(f"{name} are {sorted(seen)}, for root {sorted(known)}")
        wrong += [f"{key} {entry}: {verdict}, for root {known[entry]}" for entry, verdict in sorted(seen.items())
                  if entry in known and verdict not in (known[entry], "cannot tell")]
    return wrong
