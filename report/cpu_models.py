#!/usr/bin/python3
"""Writes report/cpu_models.def from libvirt's public definitions of CPU models.

    report/cpu_models.py /usr/share/libvirt/cpu_map VERSION DATE >report/cpu_models.def

Only facts are taken: names, vendors, signatures, features. Left out are models that libvirt does not use for hosts,
those that another name of the same signatures and features follows (Nehalem-v1 is Nehalem), and the names vmx-*:
controls of nested guests, which stand in registers. A version that differs by such names alone, or that has some where
another version of that CPU has none, is left out too, as no host is known to have them. Each model is written as what
it adds to an earlier one and what it lacks of it, whichever earlier one makes that shortest."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

VENDORS = {"Intel": "GenuineIntel", "AMD": "AuthenticAMD", "Hygon": "HygonGenuine",
           "Zhaoxin CentaurHauls": "CentaurHauls"}
WIDTH = 120


def read(folder):
    """Models in libvirt's order, each complete."""
    models = {}
    index = ElementTree.parse(folder / "index.xml").getroot()
    for include in index.find("arch[@name='x86']").iter("include"):
        model = ElementTree.parse(folder / include.attrib["filename"]).getroot().find("model")
        if model is None:
            continue
        parent = models[model.find("model").attrib["name"]] if model.find("model") is not None else {}
        vendor = model.find("vendor")
        signatures = [(int(s.attrib["family"]), int(s.attrib["model"]), s.attrib.get("stepping", "0-15"))
                      for s in model.findall("signature")]
        features = set(parent.get("features", ()))
        for feature in model.findall("feature"):
            # what libvirt added or removed later is no part of the model: a host may lack it
            if feature.attrib.get("removed") == "yes" or feature.attrib.get("policy") == "disable":
                features.discard(feature.attrib["name"])
            elif feature.attrib.get("added") != "yes":
                features.add(feature.attrib["name"])
        models[model.attrib["name"]] = {
            "host": model.find("decode").attrib["host"] == "on",
            "vendor": VENDORS[vendor.attrib["name"]] if vendor is not None else parent.get("vendor", ""),
            "signatures": signatures or parent.get("signatures", []),
            "features": features,
        }
    return models


def is_nested(model):
    return any(name.startswith("vmx-") for name in model["features"])


def chosen(models):
    plain = [model for model in models.values() if model["host"] and not is_nested(model)]
    kept = {}
    for name, model in models.items():
        if not model["host"] or (is_nested(model) and any(set(model["signatures"]) & set(other["signatures"])
                                                          for other in plain)):
            continue
        features = frozenset(f for f in model["features"] if not f.startswith("vmx-"))
        same = [other for other, (m, f) in kept.items()
                if (m["vendor"], m["signatures"], f) == (model["vendor"], model["signatures"], features)]
        for other in same:
            del kept[other]
        kept[name] = (model, features)
    return [(name, model, features) for name, (model, features) in kept.items()]


def identifier(name):
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def wrapped(macro, words):
    """macro(ID) for each word, as many to a line as fit."""
    lines, line = [], "   "
    for word in words:
        piece = f" {macro}({identifier(word)})"
        if len(line) + len(piece) > WIDTH:
            lines.append(line)
            line = "   "
        line += piece
    return "\n".join([*lines, line])


def main():
    folder, version, date = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    print(f"""/* Named CPU models of QEMU and libvirt, from the public definitions in libvirt's cpu_map/x86_*.xml. Written by
   cpu_models.py, which says what is left out.

   MODEL(id, name, vendor or "", id of the model that it is told from or NONE), then SIGNATURE(family, model, first and
   last stepping) and, by the ids of x86/features.def, ADD(what it has more) and LACK(what it has not). */

DATED("libvirt {version}", "{date}")""")
    done = []
    for name, model, features in chosen(read(folder)):
        base, told = min([("none", frozenset()), *done], key=lambda other: len(other[1] ^ features))
        done.append((name, features))
        print(f'\nMODEL({identifier(name)}, "{name}", "{model["vendor"]}", {identifier(base)})')
        for family, number, stepping in model["signatures"]:
            first, last = stepping.split("-") if "-" in stepping else (stepping, stepping)
            print(f"    SIGNATURE({family}, {number}, {first}, {last})")
        for macro, words in (("ADD", sorted(features - told)), ("LACK", sorted(told - features))):
            if words:
                print(wrapped(macro, words))
    print("".join(f"\n#undef {macro}" for macro in ("DATED", "MODEL", "SIGNATURE", "ADD", "LACK")))


if __name__ == "__main__":
    main()
