#include "storage/sql/connection/libpq.h"

#include "storage/base/loadedlibrary.h"

#include <dlfcn.h>
#include <libpq-fe.h>

namespace {

constexpr const char* pqLibraryName = "libpq.so.5";

void* pqLibrary() {
    return portolan::loadedLibrary([] { return pqLibraryName; });
}

/// Calls a function of libpq: every version of libpq.so.5 that is loaded has all that we use; see loadLibpq().
template <auto ours, class... Arguments>
auto passToPq(const char* name, Arguments... arguments) {
    return portolan::callLoaded<ours>(pqLibrary(), name, arguments...);
}

} // namespace

namespace portolan {

Result<void> loadLibpq() {
    void* const library = pqLibrary();
    if (library && ::dlsym(library, "PQenterPipelineMode")) // since 14
        return {};
    if (library)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("PostgreSQL's client library %1 is older than version 14. Install a newer one "
                                    "(Debian: libpq5) and try again.")
                         .arg(QLatin1String(pqLibraryName))};
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("PostgreSQL's client library %1 cannot be loaded. Install it (Debian: libpq5) and try "
                                "again.")
                     .arg(QLatin1String(pqLibraryName)),
                 QString::fromLocal8Bit(::dlerror())};
}

QByteArray libpqVersion() {
    constexpr int major = 10'000; // https://www.postgresql.org/docs/15/libpq-misc.html, PQlibVersion
    if (!loadLibpq())
        return {};
    const int version = PQlibVersion();
    return QByteArray::number(version / major) + '.' + QByteArray::number(version % major);
}

} // namespace portolan

// Defines the functions of libpq-fe.h: each passes on to the function of its name in the library.
extern "C" {
int PQlibVersion() {
    return passToPq<&PQlibVersion>("PQlibVersion");
}
int PQbackendPID(const PGconn* a) {
    return passToPq<&PQbackendPID>("PQbackendPID", a);
}
int PQcancel(PGcancel* a, char* b, int c) {
    return passToPq<&PQcancel>("PQcancel", a, b, c);
}
void PQclear(PGresult* a) {
    return passToPq<&PQclear>("PQclear", a);
}
char* PQcmdStatus(PGresult* a) {
    return passToPq<&PQcmdStatus>("PQcmdStatus", a);
}
char* PQcmdTuples(PGresult* a) {
    return passToPq<&PQcmdTuples>("PQcmdTuples", a);
}
PQconninfoOption* PQconndefaults() {
    return passToPq<&PQconndefaults>("PQconndefaults");
}
PostgresPollingStatusType PQconnectPoll(PGconn* a) {
    return passToPq<&PQconnectPoll>("PQconnectPoll", a);
}
PGconn* PQconnectStartParams(const char* const* a, const char* const* b, int c) {
    return passToPq<&PQconnectStartParams>("PQconnectStartParams", a, b, c);
}
PQconninfoOption* PQconninfo(PGconn* a) {
    return passToPq<&PQconninfo>("PQconninfo", a);
}
void PQconninfoFree(PQconninfoOption* a) {
    return passToPq<&PQconninfoFree>("PQconninfoFree", a);
}
int PQconsumeInput(PGconn* a) {
    return passToPq<&PQconsumeInput>("PQconsumeInput", a);
}
int PQenterPipelineMode(PGconn* a) {
    return passToPq<&PQenterPipelineMode>("PQenterPipelineMode", a);
}
char* PQerrorMessage(const PGconn* a) {
    return passToPq<&PQerrorMessage>("PQerrorMessage", a);
}
int PQexitPipelineMode(PGconn* a) {
    return passToPq<&PQexitPipelineMode>("PQexitPipelineMode", a);
}
void PQfinish(PGconn* a) {
    return passToPq<&PQfinish>("PQfinish", a);
}
int PQflush(PGconn* a) {
    return passToPq<&PQflush>("PQflush", a);
}
void PQfreeCancel(PGcancel* a) {
    return passToPq<&PQfreeCancel>("PQfreeCancel", a);
}
void PQfreemem(void* a) {
    passToPq<&PQfreemem>("PQfreemem", a);
}
int PQfmod(const PGresult* a, int b) {
    return passToPq<&PQfmod>("PQfmod", a, b);
}

Oid PQftype(const PGresult* a, int b) {
    return passToPq<&PQftype>("PQftype", a, b);
}
PGcancel* PQgetCancel(PGconn* a) {
    return passToPq<&PQgetCancel>("PQgetCancel", a);
}
PGresult* PQgetResult(PGconn* a) {
    return passToPq<&PQgetResult>("PQgetResult", a);
}
int PQgetCopyData(PGconn* a, char** b, int c) {
    return passToPq<&PQgetCopyData>("PQgetCopyData", a, b, c);
}
int PQgetisnull(const PGresult* a, int b, int c) {
    return passToPq<&PQgetisnull>("PQgetisnull", a, b, c);
}
int PQgetlength(const PGresult* a, int b, int c) {
    return passToPq<&PQgetlength>("PQgetlength", a, b, c);
}
char* PQgetvalue(const PGresult* a, int b, int c) {
    return passToPq<&PQgetvalue>("PQgetvalue", a, b, c);
}
char* PQhost(const PGconn* a) {
    return passToPq<&PQhost>("PQhost", a);
}
char* PQhostaddr(const PGconn* a) {
    return passToPq<&PQhostaddr>("PQhostaddr", a);
}
int PQisBusy(PGconn* a) {
    return passToPq<&PQisBusy>("PQisBusy", a);
}
int PQnfields(const PGresult* a) {
    return passToPq<&PQnfields>("PQnfields", a);
}
int PQntuples(const PGresult* a) {
    return passToPq<&PQntuples>("PQntuples", a);
}
const char* PQparameterStatus(const PGconn* a, const char* b) {
    return passToPq<&PQparameterStatus>("PQparameterStatus", a, b);
}
int PQpipelineSync(PGconn* a) {
    return passToPq<&PQpipelineSync>("PQpipelineSync", a);
}
char* PQport(const PGconn* a) {
    return passToPq<&PQport>("PQport", a);
}
int PQputCopyData(PGconn* a, const char* b, int c) {
    return passToPq<&PQputCopyData>("PQputCopyData", a, b, c);
}
int PQputCopyEnd(PGconn* a, const char* b) {
    return passToPq<&PQputCopyEnd>("PQputCopyEnd", a, b);
}
char* PQresultErrorField(const PGresult* a, int b) {
    return passToPq<&PQresultErrorField>("PQresultErrorField", a, b);
}
char* PQresultErrorMessage(const PGresult* a) {
    return passToPq<&PQresultErrorMessage>("PQresultErrorMessage", a);
}
ExecStatusType PQresultStatus(const PGresult* a) {
    return passToPq<&PQresultStatus>("PQresultStatus", a);
}
int PQsendQuery(PGconn* a, const char* b) {
    return passToPq<&PQsendQuery>("PQsendQuery", a, b);
}
int PQsendQueryParams(PGconn* a, const char* b, int c, const Oid* d, const char* const* e, const int* f, const int* g,
                      int h) {
    return passToPq<&PQsendQueryParams>("PQsendQueryParams", a, b, c, d, e, f, g, h);
}
int PQserverVersion(const PGconn* a) {
    return passToPq<&PQserverVersion>("PQserverVersion", a);
}
PQnoticeReceiver PQsetNoticeReceiver(PGconn* a, PQnoticeReceiver b, void* c) {
    return passToPq<&PQsetNoticeReceiver>("PQsetNoticeReceiver", a, b, c);
}
int PQsetSingleRowMode(PGconn* a) {
    return passToPq<&PQsetSingleRowMode>("PQsetSingleRowMode", a);
}
int PQsetnonblocking(PGconn* a, int b) {
    return passToPq<&PQsetnonblocking>("PQsetnonblocking", a, b);
}
int PQsocket(const PGconn* a) {
    return passToPq<&PQsocket>("PQsocket", a);
}
ConnStatusType PQstatus(const PGconn* a) {
    return passToPq<&PQstatus>("PQstatus", a);
}
PGTransactionStatusType PQtransactionStatus(const PGconn* a) {
    return passToPq<&PQtransactionStatus>("PQtransactionStatus", a);
}
}
