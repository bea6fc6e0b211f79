#include "storage/sql/libpq.h"

#include <cstdlib>
#include <dlfcn.h>
#include <libpq-fe.h>

namespace {

constexpr const char* libraryName = "libpq.so.5";

/// Null when it is not there. Never unloaded: OpenSSL and Kerberos, which come with it, cannot be.
void* library() {
    static void* const loaded = ::dlopen(libraryName, RTLD_NOW | RTLD_LOCAL);
    return loaded;
}

/// The library's own function of this name; it is at hand, since every version of libpq.so.5 has all that we use.
template <class Function>
Function* functionOf(Function* /*ours*/, const char* name) {
    void* const found = library() ? ::dlsym(library(), name) : nullptr;
    Q_ASSERT_X(found, name, "loadLibpq() comes first");
    return reinterpret_cast<Function*>(found);
}

} // namespace

namespace portolan {

Result<void> loadLibpq() {
    if (library())
        return {};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("PostgreSQL's client library %1 cannot be loaded. Install it (Debian: libpq5) and try "
                                "again.")
                     .arg(QLatin1String(libraryName)),
                 QString::fromLocal8Bit(::dlerror())};
}

} // namespace portolan

// What libpq-fe.h declares: each passes on to the function of its name in the library.
extern "C" {
int PQcancel(PGcancel* a, char* b, int c) {
    static const auto function = functionOf(&PQcancel, "PQcancel");
    return function(a, b, c);
}
void PQclear(PGresult* a) {
    static const auto function = functionOf(&PQclear, "PQclear");
    return function(a);
}
char* PQcmdStatus(PGresult* a) {
    static const auto function = functionOf(&PQcmdStatus, "PQcmdStatus");
    return function(a);
}
char* PQcmdTuples(PGresult* a) {
    static const auto function = functionOf(&PQcmdTuples, "PQcmdTuples");
    return function(a);
}
PQconninfoOption* PQconndefaults() {
    static const auto function = functionOf(&PQconndefaults, "PQconndefaults");
    return function();
}
PostgresPollingStatusType PQconnectPoll(PGconn* a) {
    static const auto function = functionOf(&PQconnectPoll, "PQconnectPoll");
    return function(a);
}
PGconn* PQconnectStartParams(const char* const* a, const char* const* b, int c) {
    static const auto function = functionOf(&PQconnectStartParams, "PQconnectStartParams");
    return function(a, b, c);
}
PQconninfoOption* PQconninfo(PGconn* a) {
    static const auto function = functionOf(&PQconninfo, "PQconninfo");
    return function(a);
}
void PQconninfoFree(PQconninfoOption* a) {
    static const auto function = functionOf(&PQconninfoFree, "PQconninfoFree");
    return function(a);
}
int PQconsumeInput(PGconn* a) {
    static const auto function = functionOf(&PQconsumeInput, "PQconsumeInput");
    return function(a);
}
char* PQerrorMessage(const PGconn* a) {
    static const auto function = functionOf(&PQerrorMessage, "PQerrorMessage");
    return function(a);
}
void PQfinish(PGconn* a) {
    static const auto function = functionOf(&PQfinish, "PQfinish");
    return function(a);
}
int PQflush(PGconn* a) {
    static const auto function = functionOf(&PQflush, "PQflush");
    return function(a);
}
void PQfreeCancel(PGcancel* a) {
    static const auto function = functionOf(&PQfreeCancel, "PQfreeCancel");
    return function(a);
}
Oid PQftype(const PGresult* a, int b) {
    static const auto function = functionOf(&PQftype, "PQftype");
    return function(a, b);
}
PGcancel* PQgetCancel(PGconn* a) {
    static const auto function = functionOf(&PQgetCancel, "PQgetCancel");
    return function(a);
}
PGresult* PQgetResult(PGconn* a) {
    static const auto function = functionOf(&PQgetResult, "PQgetResult");
    return function(a);
}
int PQgetisnull(const PGresult* a, int b, int c) {
    static const auto function = functionOf(&PQgetisnull, "PQgetisnull");
    return function(a, b, c);
}
int PQgetlength(const PGresult* a, int b, int c) {
    static const auto function = functionOf(&PQgetlength, "PQgetlength");
    return function(a, b, c);
}
char* PQgetvalue(const PGresult* a, int b, int c) {
    static const auto function = functionOf(&PQgetvalue, "PQgetvalue");
    return function(a, b, c);
}
char* PQhost(const PGconn* a) {
    static const auto function = functionOf(&PQhost, "PQhost");
    return function(a);
}
char* PQhostaddr(const PGconn* a) {
    static const auto function = functionOf(&PQhostaddr, "PQhostaddr");
    return function(a);
}
int PQisBusy(PGconn* a) {
    static const auto function = functionOf(&PQisBusy, "PQisBusy");
    return function(a);
}
int PQnfields(const PGresult* a) {
    static const auto function = functionOf(&PQnfields, "PQnfields");
    return function(a);
}
int PQntuples(const PGresult* a) {
    static const auto function = functionOf(&PQntuples, "PQntuples");
    return function(a);
}
char* PQport(const PGconn* a) {
    static const auto function = functionOf(&PQport, "PQport");
    return function(a);
}
int PQputCopyData(PGconn* a, const char* b, int c) {
    static const auto function = functionOf(&PQputCopyData, "PQputCopyData");
    return function(a, b, c);
}
int PQputCopyEnd(PGconn* a, const char* b) {
    static const auto function = functionOf(&PQputCopyEnd, "PQputCopyEnd");
    return function(a, b);
}
char* PQresultErrorField(const PGresult* a, int b) {
    static const auto function = functionOf(&PQresultErrorField, "PQresultErrorField");
    return function(a, b);
}
char* PQresultErrorMessage(const PGresult* a) {
    static const auto function = functionOf(&PQresultErrorMessage, "PQresultErrorMessage");
    return function(a);
}
ExecStatusType PQresultStatus(const PGresult* a) {
    static const auto function = functionOf(&PQresultStatus, "PQresultStatus");
    return function(a);
}
int PQsendQuery(PGconn* a, const char* b) {
    static const auto function = functionOf(&PQsendQuery, "PQsendQuery");
    return function(a, b);
}
int PQsendQueryParams(PGconn* a, const char* b, int c, const Oid* d, const char* const* e, const int* f, const int* g,
                      int h) {
    static const auto function = functionOf(&PQsendQueryParams, "PQsendQueryParams");
    return function(a, b, c, d, e, f, g, h);
}
int PQserverVersion(const PGconn* a) {
    static const auto function = functionOf(&PQserverVersion, "PQserverVersion");
    return function(a);
}
PQnoticeReceiver PQsetNoticeReceiver(PGconn* a, PQnoticeReceiver b, void* c) {
    static const auto function = functionOf(&PQsetNoticeReceiver, "PQsetNoticeReceiver");
    return function(a, b, c);
}
int PQsetnonblocking(PGconn* a, int b) {
    static const auto function = functionOf(&PQsetnonblocking, "PQsetnonblocking");
    return function(a, b);
}
int PQsocket(const PGconn* a) {
    static const auto function = functionOf(&PQsocket, "PQsocket");
    return function(a);
}
ConnStatusType PQstatus(const PGconn* a) {
    static const auto function = functionOf(&PQstatus, "PQstatus");
    return function(a);
}
PGTransactionStatusType PQtransactionStatus(const PGconn* a) {
    static const auto function = functionOf(&PQtransactionStatus, "PQtransactionStatus");
    return function(a);
}
}
