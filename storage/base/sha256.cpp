#include "storage/base/sha256.h"

#include "storage/base/loadedlibrary.h"

#include <QCryptographicHash>
#include <optional>

namespace portolan {

namespace {

constexpr char cryptoLibraryName[] = "libcrypto.so.3";
constexpr int digestBytes = 32;

/// The functions of OpenSSL's evp.h that we use; their types are known by pointers alone.
struct Evp {
    void* (*make)() = nullptr;
    void (*free)(void* context) = nullptr;
    const void* (*sha256)() = nullptr;
    int (*begin)(void* context, const void* type, void* engine) = nullptr;
    int (*update)(void* context, const void* data, std::size_t length) = nullptr;
    int (*end)(void* context, unsigned char* digest, unsigned int* length) = nullptr;
};

template <class Function>
bool bindName(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

std::optional<Evp> bindEvp() {
    void* const library = loadedLibrary([] { return cryptoLibraryName; });
    Evp evp;
    const bool isBound =
        library && bindName(library, "EVP_MD_CTX_new", evp.make) && bindName(library, "EVP_MD_CTX_free", evp.free)
        && bindName(library, "EVP_sha256", evp.sha256) && bindName(library, "EVP_DigestInit_ex", evp.begin)
        && bindName(library, "EVP_DigestUpdate", evp.update) && bindName(library, "EVP_DigestFinal_ex", evp.end);
    return isBound ? std::optional(evp) : std::nullopt;
}

/// Nothing: the library is not there.
const std::optional<Evp>& evp() {
    static const std::optional<Evp> bound = bindEvp();
    return bound;
}

} // namespace

struct Sha256::Parts {
    struct Free {
        void operator()(void* made) const { evp()->free(made); }
    };
    /// Returns false when OpenSSL does not do it: then Qt does.
    bool begin() { return context && evp()->begin(context.get(), evp()->sha256(), nullptr) == 1; }

    std::unique_ptr<void, Free> context{evp() ? evp()->make() : nullptr};
    std::optional<QCryptographicHash> plain;
};

Sha256::Sha256() : m_parts(std::make_unique<Parts>()) {
    if (!m_parts->begin())
        m_parts->plain.emplace(QCryptographicHash::Sha256);
}

Sha256::~Sha256() = default;

void Sha256::add(QByteArrayView bytes) {
    if (m_parts->plain)
        m_parts->plain->addData(bytes);
    else
        evp()->update(m_parts->context.get(), bytes.data(), static_cast<std::size_t>(bytes.size()));
}

QByteArray Sha256::take() {
    if (m_parts->plain) {
        const QByteArray digest = m_parts->plain->result();
        m_parts->plain->reset();
        return digest;
    }
    QByteArray digest(digestBytes, '\0');
    evp()->end(m_parts->context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    if (!m_parts->begin())
        m_parts->plain.emplace(QCryptographicHash::Sha256);
    return digest;
}

} // namespace portolan
