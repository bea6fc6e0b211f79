#include "models/jsontree.h"

#include "models/format.h"

#include <nlohmann/json.hpp>

namespace portolan {

namespace {

/// Takes nlohmann's events; it keeps no stack of calls, so that depth costs nothing.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit Builder(JsonTree& tree) : m_tree(tree) {}
    QString problem;

    bool null() override { return scalar(JsonTree::Kind::Null, "null"); }
    bool boolean(bool value) override { return scalar(JsonTree::Kind::Boolean, value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override {
        return scalar(JsonTree::Kind::Number, QByteArray::number(qint64{value}));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return scalar(JsonTree::Kind::Number, QByteArray::number(quint64{value}));
    }
    bool number_float(number_float_t, const string_t& text) override {
        return scalar(JsonTree::Kind::Number, QByteArray::fromStdString(text));
    }
    bool string(string_t& value) override { return scalar(JsonTree::Kind::Text, QByteArray::fromStdString(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(JsonTree::Kind::Object); }
    bool start_array(std::size_t) override { return open(JsonTree::Kind::Array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        m_key = QByteArray::fromStdString(value);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
        problem = JsonTreeModel::tr("Not JSON from byte %1 on.").arg(position);
        return false;
    }

private:
    int add(JsonTree::Kind kind, QByteArray value) {
        auto& nodes = m_tree.nodes;
        const int id = static_cast<int>(nodes.size());
        JsonTree::Node node{m_at, 0, kind, std::exchange(m_key, {}), std::move(value), {}};
        if (m_at >= 0) {
            auto& siblings = nodes[static_cast<std::size_t>(m_at)].children;
            node.row = static_cast<int>(siblings.size());
            siblings.push_back(id);
        }
        nodes.push_back(std::move(node));
        return id;
    }
    bool room() {
        m_tree.cut = m_tree.nodes.size() >= JsonTree::maxNodes;
        return !m_tree.cut;
    }
    bool scalar(JsonTree::Kind kind, QByteArray value) {
        if (!room())
            return false;
        add(kind, std::move(value));
        return true;
    }
    bool open(JsonTree::Kind kind) {
        if (!room())
            return false;
        m_at = add(kind, {});
        return true;
    }
    bool close() {
        m_at = m_tree.nodes[static_cast<std::size_t>(m_at)].parent;
        return true;
    }

    JsonTree& m_tree;
    int m_at = -1;
    QByteArray m_key;
};

bool isContainer(JsonTree::Kind kind) {
    return kind == JsonTree::Kind::Object || kind == JsonTree::Kind::Array;
}

QString valueText(const JsonTree::Node& node) {
    const int count = static_cast<int>(node.children.size());
    switch (node.kind) {
    case JsonTree::Kind::Object:
        return QStringLiteral("{ %1 }").arg(count);
    case JsonTree::Kind::Array:
        return QStringLiteral("[ %1 ]").arg(count);
    case JsonTree::Kind::Text:
    case JsonTree::Kind::Number:
    case JsonTree::Kind::Boolean:
    case JsonTree::Kind::Null:
        break;
    }
    return visibleText(node.value);
}

} // namespace

Result<std::shared_ptr<const JsonTree>> JsonTree::parse(const QByteArray& text) {
    const QByteArray trimmed = text.trimmed();
    if (!trimmed.startsWith('{') && !trimmed.startsWith('['))
        return Error{ErrorCode::Invalid, JsonTreeModel::tr("This is plain text, not a JSON document.")};
    auto tree = std::make_shared<JsonTree>();
    Builder builder(*tree);
    const bool read = nlohmann::json::sax_parse(trimmed.begin(), trimmed.end(), &builder);
    if (!read && !tree->cut)
        return Error{ErrorCode::Invalid, builder.problem};
    return std::shared_ptr<const JsonTree>(std::move(tree));
}

JsonTreeModel::JsonTreeModel(QObject* parent) : QAbstractItemModel(parent) {}

void JsonTreeModel::setTree(std::shared_ptr<const JsonTree> tree) {
    beginResetModel();
    m_tree = std::move(tree);
    endResetModel();
}

const JsonTree::Node* JsonTreeModel::node(const QModelIndex& index) const {
    if (!m_tree)
        return nullptr;
    return &m_tree->nodes[index.isValid() ? static_cast<std::size_t>(index.internalId()) : 0];
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, static_cast<quintptr>(node(parent)->children[static_cast<std::size_t>(row)]));
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const {
    const int id = child.isValid() ? node(child)->parent : -1;
    if (id <= 0)
        return {};
    return createIndex(m_tree->nodes[static_cast<std::size_t>(id)].row, 0, static_cast<quintptr>(id));
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const {
    const auto* at = parent.column() > 0 ? nullptr : node(parent);
    return at ? static_cast<int>(at->children.size()) : 0;
}

int JsonTreeModel::columnCount(const QModelIndex&) const {
    return 2;
}

QString JsonTreeModel::path(int id) const {
    QString text;
    for (; id > 0; id = m_tree->nodes[static_cast<std::size_t>(id)].parent) {
        const auto& at = m_tree->nodes[static_cast<std::size_t>(id)];
        const bool inArray = m_tree->nodes[static_cast<std::size_t>(at.parent)].kind == JsonTree::Kind::Array;
        const QString step = inArray ? QStringLiteral("[%1]").arg(at.row) : QString::fromUtf8(at.key);
        const bool dot = !text.isEmpty() && !text.startsWith(u'[');
        text = step + (dot ? QStringLiteral(".") : QString()) + text;
    }
    return text;
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const JsonTree::Node& at = *node(index);
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == 1)
            return valueText(at);
        return node(index.parent())->kind == JsonTree::Kind::Array ? QString::number(at.row) : visibleText(at.key);
    case Qt::ToolTipRole:
    case PathRole:
        return path(static_cast<int>(index.internalId()));
    case KindRole:
        return static_cast<int>(at.kind);
    case RawRole:
        return isContainer(at.kind) ? QVariant() : QVariant(at.value);
    default:
        return {};
    }
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation == Qt::Vertical)
        return {};
    return section == 0 ? tr("Field") : tr("Value");
}

} // namespace portolan
