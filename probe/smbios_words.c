#include "smbios.h"

static const struct {
    uint16_t list, code;
    const char *word;
} words[] = {
#define WORD(list, code, word) { HC_WORDS_##list, code, word },
#include "smbios_words.def"
};

const char *hc_smbios_word(enum hc_smbios_words list, uint64_t code)
{
    size_t low = 0, high = sizeof words / sizeof *words;

    while (low < high) {
        size_t at = (low + high) / 2;
        if (words[at].list == list && words[at].code == code)
            return words[at].word;
        if (words[at].list < list || (words[at].list == list && words[at].code < code))
            low = at + 1;
        else
            high = at;
    }
    return NULL;
}
