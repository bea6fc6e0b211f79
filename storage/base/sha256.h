#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <memory>

namespace portolan {

/// Takes the SHA-256 of bytes that come piece by piece: by OpenSSL where its library is there (libpq and librdkafka
/// come with it), which uses what the processor has for it, else by Qt, which takes five times as long. One thread.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(QByteArrayView bytes);
    /// Returns the digest of all that was added, and begins again with nothing.
    [[nodiscard]] QByteArray take();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace portolan
