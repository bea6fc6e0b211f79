#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <chrono>
#include <memory>
#include <vector>

class QTcpSocket;

namespace portolan {

/// Host and port of a server.
struct RedisAddress {
    QString host;
    int port = 0;

    friend bool operator==(const RedisAddress&, const RedisAddress&) = default;
};

/// The place of a Redis server, and who we are there.
struct RedisEndpoint {
    QString host; ///< with sentinels: the one that they named last, empty before
    int port = 6379;
    QString socketPath; ///< a Unix socket in place of host and port
    QString user;
    QString password;
    int database = 0;
    bool tls = false;
    QString caFile;   ///< TLS: authorities besides the system's
    QString certFile; ///< TLS: our own certificate
    QString keyFile;  ///< TLS: its key; empty: in the same file
    std::vector<RedisAddress> sentinels;
    QString master; ///< its name at the sentinels
    QString sentinelPassword;
    QByteArray clientName; ///< shown by CLIENT LIST; no blanks

    static RedisEndpoint of(const SourceUrl& url);
    /// "host:port", "[::1]:port", the socket's path, "master" or "master (host:port)": for messages.
    [[nodiscard]] QString display() const;
};

/// A connected socket for blocking use on the calling thread, which alone may use and destroy it. Looking the name
/// up cannot be interrupted; connecting ends within `timeout` and soon after the token stops. Errors: Connection,
/// Timeout, Cancelled; with TLS those of encryptSocket().
[[nodiscard]] Result<std::unique_ptr<QTcpSocket>>
connectSocket(const RedisEndpoint& endpoint, std::chrono::milliseconds timeout, const CancelToken& token);

} // namespace portolan
