#pragma once

#include <QString>
#include <optional>
#include <utility>
#include <variant>

namespace portolan {

/// The kind of a failure: callers branch on it (retry, reject, ask), operators never see it.
enum class ErrorCode {
    Usage,       ///< the caller asked for something that cannot be: wrong URL, filter, option
    NotFound,    ///< the named thing does not exist
    Invalid,     ///< the data itself cannot be stored or read: trying again will not help
    Io,          ///< the operating system or the disk refused
    Busy,        ///< somebody else holds a lock: trying again may help
    ReadOnly,    ///< the store is open for reading only
    Corrupt,     ///< what is stored is damaged
    Unsupported, ///< this store or this build cannot do it
    Connection,  ///< the server could not be reached, or went away
    Auth,        ///< the server refused who we are
    Timeout,     ///< no answer in the time allowed
    Cancelled,   ///< the caller no longer wants the answer
    Changed,     ///< the row is not what the caller expected it to be
    Unknown,     ///< a commit or a sync failed: whether the data is there must be looked up
};

/// Returns true when the same may work in a while: another program's lock, a server that is away. A full disk (Io) is
/// another matter.
[[nodiscard]] constexpr bool isTransient(ErrorCode code) {
    return code == ErrorCode::Busy || code == ErrorCode::Connection || code == ErrorCode::Timeout
           || code == ErrorCode::Unknown;
}

/// Says that the other parts of a store can be read after it: a damaged table or a locked one hides only itself.
[[nodiscard]] constexpr bool mayReadOn(ErrorCode code) {
    return code != ErrorCode::Cancelled && code != ErrorCode::Connection && code != ErrorCode::Usage;
}

/// A failure in words for an operator. `text` says what failed, on what, and what to do; `details` is the
/// technical rest (the driver's or system's own words). Neither ever holds a password.
struct Error {
    ErrorCode code = ErrorCode::Io;
    QString text;
    QString details = {};
};

/// A value or an Error. g++ 12 has no std::expected; this is the small part of it that we need.
template <class T>
class [[nodiscard]] Result {
public:
    using Value = T;
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// Returns the value; only when ok().
    [[nodiscard]] T& value() & { return *there(std::get_if<0>(&m_state)); }
    [[nodiscard]] const T& value() const& { return *there(std::get_if<0>(&m_state)); }
    [[nodiscard]] T&& value() && { return std::move(*there(std::get_if<0>(&m_state))); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// Returns the error; only when not ok().
    [[nodiscard]] const Error& error() const { return *there(std::get_if<1>(&m_state)); }

private:
    /// Asserts in a debug build; tells an optimised one that it is so (else -Wnull-dereference sees a null path).
    template <class Held>
    static Held* there(Held* held) {
        Q_ASSUME(held);
        return held;
    }

    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using Value = void;
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    [[nodiscard]] bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error& error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

/// Ends a function with the error of a Result, when it failed: PORTOLAN_TRY(file.open()); or PORTOLAN_TRY(rows); for
/// one whose value is used after it.
#define PORTOLAN_TRY(...)                                                                                              \
    do {                                                                                                               \
        if (const auto& portolanTried = (__VA_ARGS__); !portolanTried)                                                 \
            return portolanTried.error();                                                                              \
    } while (false)

} // namespace portolan
