#pragma once

#include "storage/base/result.h"

#include <QAbstractItemModel>
#include <QByteArray>
#include <memory>
#include <vector>

namespace portolan {

/// A JSON document as it was written: keys in their order, twice if they stood twice, numbers with all their digits. Of
/// any size: it is the text, and where in it what is large begins and ends, so that any part is found at once.
/// Immutable once read; any thread.
struct JsonTree {
    enum class Kind { Object, Array, Text, Number, Boolean, Null };
    /// A value that is written in at least `largeBytes`.
    struct Large {
        qsizetype begin = 0;
        qsizetype end = 0;
        qint64 members = 0;           ///< of an object or array
        std::vector<qsizetype> marks; ///< where each `marked`th of them begins, from the first on
    };
    QByteArray text;
    qsizetype begin = 0;      ///< of the document in the text
    std::vector<Large> large; ///< by their begin

    static constexpr qsizetype largeBytes = 2048;
    static constexpr qint64 marked = 1000;
    static constexpr std::size_t deepest = 100'000; ///< levels; each costs some memory

    /// Reads it once. Error Invalid, with the position, when the text is no JSON object or array, or is nested deeper.
    /// Deep nesting costs no stack.
    static Result<std::shared_ptr<const JsonTree>> parse(const QByteArray& text);

    [[nodiscard]] Kind kindAt(qsizetype value) const;
    [[nodiscard]] const Large* largeAt(qsizetype value) const; ///< null: it is small
    [[nodiscard]] qsizetype endOf(qsizetype value) const;      ///< costs a look at `largeBytes` at most
    [[nodiscard]] qint64 membersOf(qsizetype container) const; ///< the same
    /// A scalar's text: of a string its characters. Of one that is written in more than `most` bytes its beginning.
    [[nodiscard]] QByteArray scalarAt(qsizetype value, qsizetype most) const;

    struct Member {
        qsizetype key = -1; ///< where its name begins; of an element -1
        qsizetype value = 0;
    };
    /// So many members of a container from the one with this number on, which has to be there; at most `marked` are
    /// passed over for it.
    [[nodiscard]] std::vector<Member> members(qsizetype container, qint64 first, qint64 count) const;
};

/// A JsonTree for a tree view: key and value. An object or array of more than a thousand members shows them in groups,
/// so that no view lays out more than is open. GUI thread.
class JsonTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole, ///< JsonTree::Kind as int; of a group nothing
        PathRole,                ///< QString: where it stands, as a filter writes it: "customer.orders[0]"
        RawRole,                 ///< QByteArray: a scalar's text, whole
    };

    explicit JsonTreeModel(QObject* parent = nullptr);
    ~JsonTreeModel() override;
    void setTree(std::shared_ptr<const JsonTree> tree); ///< null: empty

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// A value, or a group of members of the container at `value`. Made when its parent is opened.
    struct Item {
        int parent = -1;
        int row = 0;
        qsizetype key = -1;
        qsizetype value = 0;
        qint64 first = 0;   ///< its number among its siblings; of a group that of its first member
        qint64 members = 0; ///< of a group; else 0
        bool isMade = false;
        std::vector<int> children{};
    };
    [[nodiscard]] const Item& item(const QModelIndex& index) const;
    [[nodiscard]] JsonTree::Kind kindOf(const Item& item) const { return m_tree->kindAt(item.value); }
    void make(int item) const;
    [[nodiscard]] QString keyText(const Item& item) const;
    [[nodiscard]] QString valueText(const Item& item) const;
    [[nodiscard]] QString path(int item) const;

    std::shared_ptr<const JsonTree> m_tree;
    mutable std::vector<Item> m_items; ///< m_items[0] is the document
};

} // namespace portolan
