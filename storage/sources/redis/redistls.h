#pragma once

#include "storage/sources/redis/redissocket.h"

#include <optional>

namespace portolan {

/// A connected TCP socket that becomes a verified TLS connection to the endpoint's host; the descriptor goes with it in
/// every case. Errors say in words what is wrong with the certificate or the handshake: Connection for what may pass,
/// Auth for a server that is not (proven to be) the one that is meant, Usage for a cafile that cannot be read.
[[nodiscard]] Result<std::unique_ptr<QTcpSocket>> encryptSocket(int descriptor, const RedisEndpoint& endpoint,
                                                                std::chrono::steady_clock::time_point deadline,
                                                                const CancelToken& token);

/// Returns the socket's last error; an alert of TLS rather than the end of the connection that follows it.
[[nodiscard]] QString socketError(const QTcpSocket& socket);

/// The words for a connection that ended because the server wants a certificate of its clients, or another one; nothing
/// for other ends. `details`: the socket's own words. Error Auth.
[[nodiscard]] std::optional<Error> refusedCertificate(const RedisEndpoint& endpoint, const QString& details);

} // namespace portolan
