#include "native.h"

#include <stdlib.h>
#include <windows.h>

wchar_t *hc_wide(const char *text)
{
    int size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    wchar_t *wide = size > 0 ? malloc((size_t)size * sizeof *wide) : NULL;

    if (wide)
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, size);
    return wide;
}

char *hc_narrow(struct hc_source *src, const wchar_t *text, int count)
{
    int length = count < 0 ? (int)wcslen(text) : count;
    int size = WideCharToMultiByte(CP_UTF8, 0, text, length, NULL, 0, NULL, NULL);
    char *narrow = hc_alloc(&src->arena, (size_t)size + 1);

    if (narrow)
        WideCharToMultiByte(CP_UTF8, 0, text, length, narrow, size, NULL, NULL);
    return narrow;
}

/* Microsoft: System Error Codes. */
static enum hc_answer answer_of(DWORD code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_MOD_NOT_FOUND:
    case ERROR_NOT_FOUND: return HC_ABSENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD: return HC_DENIED;
    case ERROR_INVALID_FUNCTION:
    case ERROR_NOT_SUPPORTED:
    case ERROR_CALL_NOT_IMPLEMENTED:
    case ERROR_PROC_NOT_FOUND: return HC_UNSUPPORTED;
    default: return HC_FAILED;
    }
}

void hc_answer_win32(struct hc_source *src, struct hc_reply *reply, unsigned long code)
{
    hc_answer_error(reply, answer_of(code), hc_format(src, "Windows error %lu", code));
}

/* Microsoft: WMI Error Constants; the codes of COM and of Win32 in an HRESULT (0x8007....). A class, a namespace or a
   provider that this Windows does not have is absent; a property that it does not have makes the query invalid. */
static enum hc_answer answer_of_result(long code)
{
    if (((unsigned long)code & 0xffff0000u) == 0x80070000u)
        return answer_of((unsigned long)code & 0xffff);
    switch ((unsigned long)code) {
    case 0x80041002u: /* WBEM_E_NOT_FOUND */
    case 0x8004100eu: /* WBEM_E_INVALID_NAMESPACE */
    case 0x80041010u: /* WBEM_E_INVALID_CLASS */ return HC_ABSENT;
    case 0x80041003u: /* WBEM_E_ACCESS_DENIED */ return HC_DENIED;
    case 0x80041017u: /* WBEM_E_INVALID_QUERY */
    case 0x8004100cu: /* WBEM_E_NOT_SUPPORTED */
    case 0x80040154u: /* REGDB_E_CLASSNOTREG */
    case 0x80370300u: /* WHV_E_UNKNOWN_CAPABILITY */ return HC_UNSUPPORTED;
    default: return HC_FAILED;
    }
}

void hc_answer_hresult(struct hc_source *src, struct hc_reply *reply, const char *where, long code)
{
    hc_answer_error(reply, answer_of_result(code), hc_format(src, "%s: 0x%08lX", where, (unsigned long)code));
}
