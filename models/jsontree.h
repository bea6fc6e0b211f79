#pragma once

#include "storage/base/result.h"

#include <QAbstractItemModel>
#include <QByteArray>
#include <memory>
#include <vector>

namespace portolan {

/// A JSON document as it was written: keys in their order, twice if they stood twice, numbers with all their digits.
/// Immutable once read; any thread.
struct JsonTree {
    enum class Kind { Object, Array, Text, Number, Boolean, Null };
    struct Node {
        int parent = -1;
        int row = 0; ///< among its siblings
        Kind kind = Kind::Null;
        QByteArray key;   ///< of an object's member
        QByteArray value; ///< of a scalar, as text
        std::vector<int> children;
    };
    std::vector<Node> nodes; ///< nodes[0] is the document
    bool cut = false;        ///< had more than `maxNodes`

    static constexpr std::size_t maxNodes = 200'000;
    /// Error Invalid, with the position, when the text is no JSON object or array. Deep nesting costs no stack.
    static Result<std::shared_ptr<const JsonTree>> parse(const QByteArray& text);
};

/// A JsonTree for a tree view: key and value. GUI thread.
class JsonTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole, ///< JsonTree::Kind as int
        PathRole,                ///< QString: where it stands, as a filter writes it: "customer.orders[0]"
        RawRole,                 ///< QByteArray: a scalar's text, whole
    };

    explicit JsonTreeModel(QObject* parent = nullptr);
    void setTree(std::shared_ptr<const JsonTree> tree); ///< null: empty

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] const JsonTree::Node* node(const QModelIndex& index) const;
    [[nodiscard]] QString path(int node) const;

    std::shared_ptr<const JsonTree> m_tree;
};

} // namespace portolan
