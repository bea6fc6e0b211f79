#pragma once

#include "storage/base/cancel.h"

#include <QByteArray>
#include <QByteArrayView>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Documents beside each other, place by place: an outline that follows every place where they differ, with what
/// stands unchanged beside it.
struct JsonComparison {
    /// The value at a place in one of the documents.
    struct Side {
        QByteArray text;          ///< of a scalar as it is written; of an object or array it is empty
        std::size_t members = 0;  ///< of an object or array
        bool isContainer = false; ///< an object or an array
        bool isObject = false;
    };
    /// The change of a place from one document to the next.
    enum class Step { Same, Added, Removed, Changed };
    struct Line {
        int parent = -1;                        ///< the line of the container that it stands in; -1: of the whole
        int row = 0;                            ///< among the lines of its parent
        int depth = 0;                          ///< levels below the whole
        QByteArray name;                        ///< of a member; of an element its place; of the whole empty
        bool named = false;                     ///< it is a member of an object
        std::vector<std::optional<Side>> sides; ///< one a document; nothing: it is not there
        std::vector<Step> steps;                ///< to each document from the one before it; of the first Same
        std::vector<int> children;              ///< lines, in their order
        std::size_t skipped =
            0; ///< it stands for so many unchanged places, of which `sides` is the first; 0: for itself
        [[nodiscard]] bool differs() const;
    };
    std::vector<Line> lines; ///< each after its parent; lines[0] is the whole
    bool cut = false;        ///< there were more than asked for

    /// Places whose value came, went or changed from one document to the next; not the containers around them.
    [[nodiscard]] std::size_t differences() const;
};

/// Compares documents of which the first is the oldest, as jsonDifferences() does: by what they mean, arrays by place.
/// A part that is the same in all of them is one line, whatever it holds; a part of some of them only is shown whole.
/// Members stand in the order of the first document that has them. At most `most` lines: from half of them on what is
/// unchanged is only counted, so that what differs has room. A document that is no JSON stands as a text. Stopped, it
/// is cut where it was. Any thread; depth costs stack, as far as findJsonPlace() reads (2,000 levels).
[[nodiscard]] JsonComparison compareJson(std::span<const QByteArrayView> documents, std::size_t most,
                                         const CancelToken& token);

} // namespace portolan
