/* WMI. Its client runs in a thread of its own: COM wants to be set up for each thread, and the caller's thread has the
   caller's way (a thread that is single-threaded to COM refuses the other kind with RPC_E_CHANGED_MODE). Security is
   set for each proxy, never for the process (CoInitializeSecurity), which is not ours. A provider may hang: then the
   thread is left to itself, and frees what it has when it comes back. */
#define COBJMACROS
#include "native.h"
#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wbemidl.h>
#include <windows.h>

enum { WAIT_MS = 8000, START_MS = 20000, NEXT_MS = 5000, ROWS_MAX = 4096 };

struct bytes {
    char *at;
    size_t size, room;
    bool failed; /* no memory, or too much */
};

struct hc_wmi {
    LONG users; /* this side and the thread: the last one frees */
    HANDLE thread, ask, done;
    bool stop, given_up;
    char space[128], query[1024];
    char *columns; /* in query: the list of properties */
    const char *where;
    HRESULT result;
    struct bytes out;
    /* of the thread alone */
    IWbemLocator *locator;
    IWbemServices *services;
    char connected[128];
};

/* ---- text ---- */

static void add(struct bytes *b, const char *text, size_t size)
{
    if (b->failed || b->size + size > HC_REPLY_MAX) {
        b->failed = true;
        return;
    }
    if (b->size + size > b->room) {
        size_t room = 2 * (b->size + size) + 256;
        char *more = realloc(b->at, room);
        if (!more) {
            b->failed = true;
            return;
        }
        b->at = more;
        b->room = room;
    }
    memcpy(b->at + b->size, text, size);
    b->size += size;
}

static void add_text(struct bytes *b, const char *text)
{
    add(b, text, strlen(text));
}

/* A row has a line for each property, so that a text must stay in its line. */
static void add_wide(struct bytes *b, const wchar_t *text)
{
    int size = text ? WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL) : 0;
    char *narrow = size > 0 ? malloc((size_t)size) : NULL;

    if (!narrow)
        return;
    WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, size, NULL, NULL);
    for (char *c = narrow; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    add_text(b, narrow);
    free(narrow);
}

static void add_number(struct bytes *b, const VARIANT *v, CIMTYPE type)
{
    char text[32];
    const bool is_unsigned = type == CIM_UINT8 || type == CIM_UINT16 || type == CIM_UINT32;
    long value = V_VT(v) == VT_UI1 ? V_UI1(v) : V_VT(v) == VT_I2 ? V_I2(v) : V_I4(v);

    snprintf(text, sizeof text, is_unsigned ? "%lu" : "%ld", value);
    add_text(b, text);
}

static void add_scalar(struct bytes *b, const VARIANT *v, CIMTYPE type)
{
    switch (V_VT(v)) {
    case VT_BSTR: add_wide(b, V_BSTR(v)); break;
    case VT_BOOL: add_text(b, V_BOOL(v) ? "TRUE" : "FALSE"); break;
    case VT_UI1:
    case VT_I2:
    case VT_I4: add_number(b, v, type); break;
    default: break;
    }
}

static void add_array(struct bytes *b, const VARIANT *v, CIMTYPE type)
{
    LONG first = 0, last = -1;

    add_text(b, "{");
    if (SUCCEEDED(SafeArrayGetLBound(V_ARRAY(v), 1, &first)) && SUCCEEDED(SafeArrayGetUBound(V_ARRAY(v), 1, &last)))
        for (LONG i = first; i <= last && !b->failed; i++) {
            VARIANT one;
            VariantInit(&one);
            V_VT(&one) = (VARTYPE)(V_VT(v) & ~VT_ARRAY);
            if (i > first)
                add_text(b, ",");
            if (SUCCEEDED(SafeArrayGetElement(V_ARRAY(v), &i, &V_I4(&one))))
                add_scalar(b, &one, type & ~CIM_FLAG_ARRAY);
            VariantClear(&one);
        }
    add_text(b, "}");
}

/* NULL, which means not known, and a property that this Windows does not have, are no line. */
static void add_property(struct bytes *b, IWbemClassObject *object, const char *name)
{
    wchar_t *wide = hc_wide(name);
    VARIANT v;
    CIMTYPE type = 0;

    VariantInit(&v);
    if (wide && SUCCEEDED(IWbemClassObject_Get(object, wide, 0, &v, &type, NULL)) && V_VT(&v) != VT_NULL &&
        V_VT(&v) != VT_EMPTY) {
        add_text(b, name);
        add_text(b, "=");
        if (V_VT(&v) & VT_ARRAY)
            add_array(b, &v, type);
        else
            add_scalar(b, &v, type);
        add_text(b, "\n");
    }
    VariantClear(&v);
    free(wide);
}

static void add_row(struct hc_wmi *w, IWbemClassObject *object)
{
    char name[128];

    if (w->out.size)
        add_text(&w->out, "\n");
    for (const char *at = w->columns; *at && *at != ' ';) {
        size_t size = strcspn(at, ", ");
        snprintf(name, sizeof name, "%.*s", (int)size, at);
        add_property(&w->out, object, name);
        at += size + (at[size] == ',');
    }
}

/* ---- the thread ---- */

static HRESULT connect_to(struct hc_wmi *w)
{
    wchar_t *wide;
    BSTR space;
    HRESULT result;

    if (w->services && !strcmp(w->space, w->connected))
        return S_OK;
    if (w->services)
        IWbemServices_Release(w->services);
    w->services = NULL;
    wide = hc_wide(w->space);
    space = wide ? SysAllocString(wide) : NULL;
    free(wide);
    if (!space)
        return E_OUTOFMEMORY;
    result = IWbemLocator_ConnectServer(w->locator, space, NULL, NULL, NULL, WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL,
                                        &w->services);
    SysFreeString(space);
    if (FAILED(result))
        return result;
    snprintf(w->connected, sizeof w->connected, "%s", w->space);
    CoSetProxyBlanket((IUnknown *)w->services, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_CALL,
                      RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
    return S_OK;
}

static HRESULT run_query(struct hc_wmi *w, IEnumWbemClassObject **rows)
{
    static const wchar_t language[] = L"WQL";
    wchar_t *wide = hc_wide(w->query);
    BSTR wql = SysAllocString(language), query = wide ? SysAllocString(wide) : NULL;
    HRESULT result = E_OUTOFMEMORY;

    if (wql && query)
        result = IWbemServices_ExecQuery(w->services, wql, query, WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY,
                                         NULL, rows);
    SysFreeString(query);
    SysFreeString(wql);
    free(wide);
    return result;
}

/* Errors of the query itself come with the first row (semisynchronous call). */
static HRESULT read_rows(struct hc_wmi *w, IEnumWbemClassObject *rows)
{
    for (int count = 0; count < ROWS_MAX; count++) {
        IWbemClassObject *object = NULL;
        ULONG got = 0;
        HRESULT result = IEnumWbemClassObject_Next(rows, NEXT_MS, 1, &object, &got);
        if (result == WBEM_S_TIMEDOUT)
            return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
        if (FAILED(result) || !got)
            return FAILED(result) ? result : S_OK;
        add_row(w, object);
        IWbemClassObject_Release(object);
    }
    return S_OK;
}

static HRESULT serve(struct hc_wmi *w)
{
    IEnumWbemClassObject *rows = NULL;
    HRESULT result;

    w->where = "CoCreateInstance";
    if (!w->locator && FAILED(result = CoCreateInstance(&CLSID_WbemLocator, NULL, CLSCTX_INPROC_SERVER,
                                                        &IID_IWbemLocator, (void **)&w->locator)))
        return result;
    w->where = "ConnectServer";
    if (FAILED(result = connect_to(w)))
        return result;
    w->where = "ExecQuery";
    if (FAILED(result = run_query(w, &rows)))
        return result;
    CoSetProxyBlanket((IUnknown *)rows, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_CALL,
                      RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
    w->where = "Next";
    result = read_rows(w, rows);
    IEnumWbemClassObject_Release(rows);
    return result;
}

static void leave(struct hc_wmi *w)
{
    if (InterlockedDecrement(&w->users))
        return;
    CloseHandle(w->thread);
    CloseHandle(w->ask);
    CloseHandle(w->done);
    free(w->out.at);
    free(w);
}

static DWORD WINAPI thread_main(void *self)
{
    struct hc_wmi *w = self;
    HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    while (WaitForSingleObject(w->ask, INFINITE) == WAIT_OBJECT_0 && !w->stop) {
        w->where = "CoInitializeEx";
        w->result = FAILED(com) ? com : serve(w);
        SetEvent(w->done);
    }
    if (w->services)
        IWbemServices_Release(w->services);
    if (w->locator)
        IWbemLocator_Release(w->locator);
    if (SUCCEEDED(com))
        CoUninitialize();
    leave(w);
    return 0;
}

/* ---- questions ---- */

static struct hc_wmi *start(void)
{
    struct hc_wmi *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->users = 2;
    w->ask = CreateEventW(NULL, FALSE, FALSE, NULL);
    w->done = CreateEventW(NULL, FALSE, FALSE, NULL);
    w->thread = w->ask && w->done ? CreateThread(NULL, 0, thread_main, w, 0, NULL) : NULL;
    if (w->thread)
        return w;
    if (w->ask)
        CloseHandle(w->ask);
    if (w->done)
        CloseHandle(w->done);
    free(w);
    return NULL;
}

void hc_wmi_close(struct hc_wmi *wmi)
{
    if (!wmi)
        return;
    wmi->stop = true;
    SetEvent(wmi->ask);
    leave(wmi);
}

static bool plain(struct hc_text text, const char *more)
{
    for (size_t i = 0; i < text.size; i++)
        if (!strchr(more, text.at[i]) && (text.at[i] < '0' || text.at[i] > '9') &&
            (text.at[i] < 'A' || text.at[i] > 'Z') && (text.at[i] < 'a' || text.at[i] > 'z'))
            return false;
    return text.size != 0;
}

static bool prepare(struct hc_wmi *w, const char *rest)
{
    struct hc_text text = { rest, strlen(rest) }, space, class, columns, tail;

    if (!hc_split(text, ':', &space, &tail) || !hc_split(tail, ':', &class, &columns) || !plain(space, "\\_") ||
        !plain(class, "_") || !plain(columns, "_,") || space.size >= sizeof w->space ||
        class.size + columns.size + 32 > sizeof w->query)
        return false;
    snprintf(w->space, sizeof w->space, "%.*s", (int)space.size, space.at);
    snprintf(w->query, sizeof w->query, "SELECT %.*s FROM %.*s", (int)columns.size, columns.at, (int)class.size,
             class.at);
    w->columns = w->query + strlen("SELECT ");
    w->out.size = 0;
    w->out.failed = false;
    return true;
}

void hc_answer_wmi(struct hc_source *src, struct hc_wmi **wmi, struct hc_reply *reply, const char *rest)
{
    const bool first = !*wmi;
    struct hc_wmi *w = first ? *wmi = start() : *wmi;

    if (!w) {
        hc_answer_error(reply, HC_FAILED, "no thread for WMI");
        return;
    }
    if (w->given_up) {
        hc_answer_error(reply, HC_FAILED, "WMI did not answer a question before this one in time");
        return;
    }
    if (!prepare(w, rest)) {
        hc_answer_error(reply, HC_FAILED, "no question for WMI");
        return;
    }
    SetEvent(w->ask);
    if (WaitForSingleObject(w->done, first ? START_MS : WAIT_MS) != WAIT_OBJECT_0) {
        hc_answer_error(reply, HC_FAILED, "WMI did not answer in time");
        w->stop = w->given_up = true; /* from now on its memory is the thread's, which may still write there */
        return;
    }
    if (FAILED(w->result))
        hc_answer_hresult(src, reply, w->where, w->result);
    else if (w->out.failed)
        hc_answer_error(reply, HC_FAILED, "more rows than any machine has, or no memory");
    else
        hc_answer_bytes(src, reply, w->out.at ? w->out.at : "", w->out.size);
}
