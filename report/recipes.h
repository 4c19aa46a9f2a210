/* Recipes: what a fix says for this very host. A text of a reason or profile names one as {recipe:argument}:

     {install:libvirt}               packages.def: the command of this host's package manager
     {kernel_argument:intel_iommu=on}  a word added to the kernel's command line, by boot loader
     {no_kernel_argument:noexec=off}   taken from it
     {firmware:vt}                   firmware_words.def: a switch of the firmware setup, as this maker calls it; in a
                                     guest, what the hypervisor below must do; in a container, where to ask
     {module:kvm_intel}              a module loaded now
     {kvm_module}                    the one of KVM for this CPU
     {outer}                         what the hypervisor below calls its switch for nested virtualization

   Each gives whole sentences. What is to be typed stands between backquotes; `reboot` alone asks for a restart, which a
   plan tells once at its end. Without facts, or where one is not known, the words are those that fit everywhere. */
#ifndef HC_RECIPES_H
#define HC_RECIPES_H

#include "facts.h"

/* NULL: no recipe of that name, or none with that argument. */
const char *hc_recipe(const struct hc_facts *facts, struct hc_arena *arena, const char *name);

/* The next piece of a text with commands between backquotes; false at its end. */
struct hc_piece {
    struct hc_text text;
    bool command;
};
bool hc_next_piece(const char **marked, struct hc_piece *piece);
/* The same as one text for a person, without backquotes: commands that follow each other with semicolons between. */
const char *hc_plain_recipe(struct hc_arena *arena, const char *marked);

#endif
