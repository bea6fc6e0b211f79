#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <type_traits>
#include <utility>
#include <vector>

namespace portolan {

/// Memory in pages of 2 MiB where the kernel has them (madvise(2), MADV_HUGEPAGE). A year of files is an index of
/// 9 MB: filled page by page of 4 KiB, its page faults cost more than the reading.
template <class T>
struct LargePages {
    using value_type = T;

    LargePages() = default;
    template <class Other>
    explicit LargePages(const LargePages<Other>& /*unused*/) {}

    [[nodiscard]] T* allocate(std::size_t count) {
        if (!isLarge(count))
            return static_cast<T*>(::operator new(count * sizeof(T)));
        const std::size_t size = (count * sizeof(T) + page - 1) / page * page;
        void* const memory = std::aligned_alloc(page, size);
        if (!memory)
            throw std::bad_alloc();
        ::madvise(memory, size, MADV_HUGEPAGE); // an advice: small pages do as well
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        if (isLarge(count))
            std::free(memory); // NOLINT: from aligned_alloc()
        else
            ::operator delete(memory);
    }
    /// Leaves the elements of a made or resized vector unset: the caller fills them.
    template <class Element>
    void construct(Element* /*at*/) noexcept {
        static_assert(std::is_trivially_copyable_v<Element>);
    }
    template <class Element, class... Arguments>
    requires(sizeof...(Arguments) > 0) void construct(Element* at, Arguments&&... arguments) {
        std::construct_at(at, std::forward<Arguments>(arguments)...);
    }
    friend bool operator==(const LargePages& /*a*/, const LargePages& /*b*/) { return true; }

private:
    static constexpr std::size_t page = 2 << 20; ///< bytes: a huge page of x86-64
    static bool isLarge(std::size_t count) { return count >= page / sizeof(T); }
};

template <class T>
using LargeVector = std::vector<T, LargePages<T>>;

} // namespace portolan
