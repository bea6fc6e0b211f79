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

/// Calls the library's function that `ours` declares. Every version of libpq.so.5 has all that we use.
template <auto ours, class... Arguments>
auto pass(const char* name, Arguments... arguments) {
    static const auto theirs = reinterpret_cast<decltype(ours)>(library() ? ::dlsym(library(), name) : nullptr);
    Q_ASSERT_X(theirs, name, "loadLibpq() comes first");
    return theirs(arguments...);
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
    return pass<&PQcancel>("PQcancel", a, b, c);
}
void PQclear(PGresult* a) {
    return pass<&PQclear>("PQclear", a);
}
char* PQcmdStatus(PGresult* a) {
    return pass<&PQcmdStatus>("PQcmdStatus", a);
}
char* PQcmdTuples(PGresult* a) {
    return pass<&PQcmdTuples>("PQcmdTuples", a);
}
PQconninfoOption* PQconndefaults() {
    return pass<&PQconndefaults>("PQconndefaults");
}
PostgresPollingStatusType PQconnectPoll(PGconn* a) {
    return pass<&PQconnectPoll>("PQconnectPoll", a);
}
PGconn* PQconnectStartParams(const char* const* a, const char* const* b, int c) {
    return pass<&PQconnectStartParams>("PQconnectStartParams", a, b, c);
}
PQconninfoOption* PQconninfo(PGconn* a) {
    return pass<&PQconninfo>("PQconninfo", a);
}
void PQconninfoFree(PQconninfoOption* a) {
    return pass<&PQconninfoFree>("PQconninfoFree", a);
}
int PQconsumeInput(PGconn* a) {
    return pass<&PQconsumeInput>("PQconsumeInput", a);
}
char* PQerrorMessage(const PGconn* a) {
    return pass<&PQerrorMessage>("PQerrorMessage", a);
}
void PQfinish(PGconn* a) {
    return pass<&PQfinish>("PQfinish", a);
}
int PQflush(PGconn* a) {
    return pass<&PQflush>("PQflush", a);
}
void PQfreeCancel(PGcancel* a) {
    return pass<&PQfreeCancel>("PQfreeCancel", a);
}
Oid PQftype(const PGresult* a, int b) {
    return pass<&PQftype>("PQftype", a, b);
}
PGcancel* PQgetCancel(PGconn* a) {
    return pass<&PQgetCancel>("PQgetCancel", a);
}
PGresult* PQgetResult(PGconn* a) {
    return pass<&PQgetResult>("PQgetResult", a);
}
int PQgetisnull(const PGresult* a, int b, int c) {
    return pass<&PQgetisnull>("PQgetisnull", a, b, c);
}
int PQgetlength(const PGresult* a, int b, int c) {
    return pass<&PQgetlength>("PQgetlength", a, b, c);
}
char* PQgetvalue(const PGresult* a, int b, int c) {
    return pass<&PQgetvalue>("PQgetvalue", a, b, c);
}
char* PQhost(const PGconn* a) {
    return pass<&PQhost>("PQhost", a);
}
char* PQhostaddr(const PGconn* a) {
    return pass<&PQhostaddr>("PQhostaddr", a);
}
int PQisBusy(PGconn* a) {
    return pass<&PQisBusy>("PQisBusy", a);
}
int PQnfields(const PGresult* a) {
    return pass<&PQnfields>("PQnfields", a);
}
int PQntuples(const PGresult* a) {
    return pass<&PQntuples>("PQntuples", a);
}
char* PQport(const PGconn* a) {
    return pass<&PQport>("PQport", a);
}
int PQputCopyData(PGconn* a, const char* b, int c) {
    return pass<&PQputCopyData>("PQputCopyData", a, b, c);
}
int PQputCopyEnd(PGconn* a, const char* b) {
    return pass<&PQputCopyEnd>("PQputCopyEnd", a, b);
}
char* PQresultErrorField(const PGresult* a, int b) {
    return pass<&PQresultErrorField>("PQresultErrorField", a, b);
}
char* PQresultErrorMessage(const PGresult* a) {
    return pass<&PQresultErrorMessage>("PQresultErrorMessage", a);
}
ExecStatusType PQresultStatus(const PGresult* a) {
    return pass<&PQresultStatus>("PQresultStatus", a);
}
int PQsendQuery(PGconn* a, const char* b) {
    return pass<&PQsendQuery>("PQsendQuery", a, b);
}
int PQsendQueryParams(PGconn* a, const char* b, int c, const Oid* d, const char* const* e, const int* f, const int* g,
                      int h) {
    return pass<&PQsendQueryParams>("PQsendQueryParams", a, b, c, d, e, f, g, h);
}
int PQserverVersion(const PGconn* a) {
    return pass<&PQserverVersion>("PQserverVersion", a);
}
PQnoticeReceiver PQsetNoticeReceiver(PGconn* a, PQnoticeReceiver b, void* c) {
    return pass<&PQsetNoticeReceiver>("PQsetNoticeReceiver", a, b, c);
}
int PQsetnonblocking(PGconn* a, int b) {
    return pass<&PQsetnonblocking>("PQsetnonblocking", a, b);
}
int PQsocket(const PGconn* a) {
    return pass<&PQsocket>("PQsocket", a);
}
ConnStatusType PQstatus(const PGconn* a) {
    return pass<&PQstatus>("PQstatus", a);
}
PGTransactionStatusType PQtransactionStatus(const PGconn* a) {
    return pass<&PQtransactionStatus>("PQtransactionStatus", a);
}
}
