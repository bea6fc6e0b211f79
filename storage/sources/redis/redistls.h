#pragma once

#include "storage/sources/redis/redissocket.h"

namespace portolan {

/// A connected TCP socket that becomes a verified TLS connection to the endpoint's host; the descriptor goes with it in
/// every case. Errors say in words what is wrong with the certificate or the handshake: Connection for what may pass,
/// Auth for a server that is not (proven to be) the one that is meant, Usage for a cafile that cannot be read.
[[nodiscard]] Result<std::unique_ptr<QTcpSocket>> encryptSocket(int descriptor, const RedisEndpoint& endpoint,
                                                                std::chrono::steady_clock::time_point deadline,
                                                                const CancelToken& token);

} // namespace portolan
