#include "models/inspect/jsontree.h"

#include "models/list/format.h"
#include "storage/json/jsonscanner.h"

#include <algorithm>

namespace portolan {

namespace {

bool isContainer(JsonTree::Kind kind) {
    return kind == JsonTree::Kind::Object || kind == JsonTree::Kind::Array;
}

/// More than a cell shows, in bytes.
constexpr qsizetype longestCell = 8 * maxCellCharacters;

/// Goes over the whole text once. It keeps what is open itself, so that depth costs no stack.
class Reader {
public:
    explicit Reader(JsonTree& tree) : m_tree(tree), m_scanner(tree.text) {}

    [[nodiscard]] bool read() {
        m_scanner.moveTo(m_tree.begin);
        do {
            if (!value())
                return false;
            while (!m_open.empty() && m_isAfterValue) {
                if (!afterValue())
                    return false;
            }
        } while (!m_open.empty());
        m_scanner.skipBlanks();
        return m_scanner.atEnd();
    }
    [[nodiscard]] qsizetype position() const { return m_scanner.position(); }
    [[nodiscard]] bool isTooDeep() const { return m_open.size() >= JsonTree::deepest; }

private:
    struct Open {
        std::size_t large; ///< its place among the large ones, were it one
        bool isObject;
    };

    /// Reads one value, or the beginning of a container and of its first member.
    bool value() {
        m_scanner.skipBlanks();
        const qsizetype begin = m_scanner.position();
        const char c = m_scanner.peek();
        if (c == '{' || c == '[') {
            if (isTooDeep())
                return false;
            m_scanner.take(c);
            m_open.push_back({m_tree.large.size(), c == '{'});
            m_tree.large.push_back({begin, 0, 0, {}});
            m_scanner.skipBlanks();
            m_isAfterValue = m_scanner.peek() == (c == '{' ? '}' : ']');
            return m_isAfterValue || member();
        }
        if (!scalar(c))
            return false;
        if (m_scanner.position() - begin >= JsonTree::largeBytes)
            m_tree.large.push_back({begin, m_scanner.position(), 0, {}});
        m_isAfterValue = true;
        return true;
    }

    bool scalar(char first) {
        return first == '"'   ? m_scanner.takeString()
               : first == 't' ? m_scanner.takeWord("true")
               : first == 'f' ? m_scanner.takeWord("false")
               : first == 'n' ? m_scanner.takeWord("null")
                              : m_scanner.takeNumber();
    }

    /// Up to a member's value.
    bool member() {
        m_scanner.skipBlanks();
        JsonTree::Large& large = m_tree.large[m_open.back().large];
        if (large.members++ % JsonTree::marked == 0)
            large.marks.push_back(m_scanner.position());
        if (!m_open.back().isObject)
            return true;
        if (!m_scanner.takeString())
            return false;
        m_scanner.skipBlanks();
        return m_scanner.take(':');
    }

    /// The next member, or the end of what is open.
    bool afterValue() {
        m_scanner.skipBlanks();
        const Open open = m_open.back();
        JsonTree::Large& large = m_tree.large[open.large];
        if (large.members > 0 && m_scanner.take(',')) {
            m_isAfterValue = false;
            return member();
        }
        if (!m_scanner.take(open.isObject ? '}' : ']'))
            return false;
        large.end = m_scanner.position();
        if (large.end - large.begin < JsonTree::largeBytes) // then nothing in it is large
            m_tree.large.resize(open.large);
        m_open.pop_back();
        return true;
    }

    JsonTree& m_tree;
    JsonScanner m_scanner;
    std::vector<Open> m_open;
    bool m_isAfterValue = false;
};

} // namespace

Result<std::shared_ptr<const JsonTree>> JsonTree::parse(const QByteArray& text) {
    auto tree = std::make_shared<JsonTree>();
    tree->text = text;
    JsonScanner scanner(text);
    scanner.skipBlanks();
    tree->begin = scanner.position();
    if (scanner.peek() != '{' && scanner.peek() != '[')
        return Error{ErrorCode::Invalid, JsonTreeModel::tr("This is plain text, not a JSON document.")};
    if (!text.isValidUtf8())
        return Error{ErrorCode::Invalid, JsonTreeModel::tr("Not JSON: it has bytes that are no UTF-8.")};
    Reader reader(*tree);
    if (!reader.read())
        return Error{ErrorCode::Invalid,
                     reader.isTooDeep()
                         ? JsonTreeModel::tr("It is nested deeper than %1 levels.").arg(groupedNumber(qint64(deepest)))
                         : JsonTreeModel::tr("Not JSON from byte %1 on.").arg(reader.position() + 1)};
    return std::shared_ptr<const JsonTree>(std::move(tree));
}

JsonTree::Kind JsonTree::kindAt(qsizetype value) const {
    switch (text[value]) {
    case '{':
        return Kind::Object;
    case '[':
        return Kind::Array;
    case '"':
        return Kind::Text;
    case 't':
    case 'f':
        return Kind::Boolean;
    case 'n':
        return Kind::Null;
    default:
        return Kind::Number;
    }
}

const JsonTree::Large* JsonTree::largeAt(qsizetype value) const {
    const auto found = std::ranges::lower_bound(large, value, {}, &Large::begin);
    return found != large.end() && found->begin == value ? &*found : nullptr;
}

qsizetype JsonTree::endOf(qsizetype value) const {
    if (const Large* const known = largeAt(value))
        return known->end;
    JsonScanner scanner(text);
    scanner.moveTo(value);
    return scanner.takeValue(0) ? scanner.position() : text.size();
}

qint64 JsonTree::membersOf(qsizetype container) const {
    const Large* const known = largeAt(container);
    return known ? known->members : std::ssize(members(container, 0, largeBytes));
}

QByteArray JsonTree::scalarAt(qsizetype value, qsizetype most) const {
    const QByteArrayView raw = QByteArrayView(text).sliced(value, endOf(value) - value);
    if (kindAt(value) != Kind::Text)
        return raw.first(std::min(raw.size(), most)).toByteArray();
    if (raw.size() <= most)
        return jsonStringText(raw);
    qsizetype cut = 1; // in front of no half character
    while (cut < most) {
        const qsizetype step = raw[cut] != '\\' ? 1 : raw[cut + 1] == 'u' ? 6 : 2;
        cut += step;
    }
    while ((raw[cut] & 0xC0) == 0x80)
        --cut;
    return jsonStringText(QByteArray(raw.first(cut).toByteArray() + '"'));
}

std::vector<JsonTree::Member> JsonTree::members(qsizetype container, qint64 first, qint64 count) const {
    const Large* const known = largeAt(container);
    const bool isObject = kindAt(container) == Kind::Object;
    JsonScanner scanner(text);
    const qint64 mark = known && !known->marks.empty() ? first / marked : 0;
    scanner.moveTo(known && !known->marks.empty() ? known->marks[static_cast<std::size_t>(mark)] : container + 1);
    std::vector<Member> found;
    for (qint64 number = mark * marked; std::ssize(found) < count; ++number) {
        scanner.skipBlanks();
        scanner.take(',');
        scanner.skipBlanks();
        if (scanner.atEnd() || scanner.peek() == '}' || scanner.peek() == ']')
            break;
        Member member;
        if (isObject) {
            member.key = scanner.position();
            scanner.moveTo(endOf(member.key));
            scanner.skipBlanks();
            scanner.take(':');
            scanner.skipBlanks();
        }
        member.value = scanner.position();
        scanner.moveTo(endOf(member.value));
        if (number >= first)
            found.push_back(member);
    }
    return found;
}

JsonTreeModel::JsonTreeModel(QObject* parent) : QAbstractItemModel(parent) {}
JsonTreeModel::~JsonTreeModel() = default;

void JsonTreeModel::setTree(std::shared_ptr<const JsonTree> tree) {
    beginResetModel();
    m_tree = std::move(tree);
    m_items.clear();
    if (m_tree) {
        m_items.emplace_back();
        m_items.front().value = m_tree->begin;
    }
    endResetModel();
}

const JsonTreeModel::Item& JsonTreeModel::item(const QModelIndex& index) const {
    return m_items[index.isValid() ? static_cast<std::size_t>(index.internalId()) : 0];
}

/// Its members; of more than a thousand groups of them, of as many as leave at most a thousand groups.
void JsonTreeModel::make(int at) const {
    Item parent = m_items[static_cast<std::size_t>(at)];
    if (parent.isMade)
        return;
    const bool isGroup = parent.members > 0;
    std::vector<Item> made;
    if (isGroup || isContainer(kindOf(parent))) {
        const qint64 first = isGroup ? parent.first : 0;
        const qint64 all = isGroup ? parent.members : m_tree->membersOf(parent.value);
        qint64 size = 1;
        while ((all + size - 1) / size > JsonTree::marked)
            size *= JsonTree::marked;
        if (size == 1) {
            for (const JsonTree::Member& member : m_tree->members(parent.value, first, all))
                made.push_back({at, 0, member.key, member.value, first + std::ssize(made), 0});
        } else {
            for (qint64 begin = 0; begin < all; begin += size)
                made.push_back({at, 0, -1, parent.value, first + begin, std::min(size, all - begin)});
        }
    }
    std::vector<int> children;
    for (Item& child : made) {
        child.row = static_cast<int>(children.size());
        children.push_back(static_cast<int>(m_items.size()));
        m_items.push_back(std::move(child));
    }
    m_items[static_cast<std::size_t>(at)].children = std::move(children);
    m_items[static_cast<std::size_t>(at)].isMade = true;
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, static_cast<quintptr>(item(parent).children[static_cast<std::size_t>(row)]));
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const {
    const int at = child.isValid() ? item(child).parent : -1;
    if (at <= 0)
        return {};
    return createIndex(m_items[static_cast<std::size_t>(at)].row, 0, static_cast<quintptr>(at));
}

bool JsonTreeModel::hasChildren(const QModelIndex& parent) const {
    if (!m_tree || parent.column() > 0)
        return false;
    const Item& at = item(parent);
    return at.members > 0 || (isContainer(kindOf(at)) && !m_tree->members(at.value, 0, 1).empty());
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const {
    if (!m_tree || parent.column() > 0)
        return 0;
    make(parent.isValid() ? static_cast<int>(parent.internalId()) : 0);
    return static_cast<int>(item(parent).children.size());
}

int JsonTreeModel::columnCount(const QModelIndex&) const {
    return 2;
}

QString JsonTreeModel::keyText(const Item& at) const {
    if (at.members > 0)
        return QStringLiteral("%1 … %2").arg(groupedNumber(at.first), groupedNumber(at.first + at.members - 1));
    return at.key < 0 ? QString::number(at.first) : visibleText(m_tree->scalarAt(at.key, longestCell));
}

QString JsonTreeModel::valueText(const Item& at) const {
    if (at.members > 0)
        return {};
    switch (kindOf(at)) {
    case JsonTree::Kind::Object:
        return QStringLiteral("{ %1 }").arg(groupedNumber(m_tree->membersOf(at.value)));
    case JsonTree::Kind::Array:
        return QStringLiteral("[ %1 ]").arg(groupedNumber(m_tree->membersOf(at.value)));
    case JsonTree::Kind::Text:
    case JsonTree::Kind::Number:
    case JsonTree::Kind::Boolean:
    case JsonTree::Kind::Null:
        break;
    }
    return visibleText(m_tree->scalarAt(at.value, longestCell));
}

QString JsonTreeModel::path(int id) const {
    QString text;
    for (; id > 0; id = m_items[static_cast<std::size_t>(id)].parent) {
        const Item& at = m_items[static_cast<std::size_t>(id)];
        if (at.members > 0)
            continue;
        const QString step = at.key < 0 ? QStringLiteral("[%1]").arg(at.first)
                                        : QString::fromUtf8(m_tree->scalarAt(at.key, longestCell));
        const bool dot = !text.isEmpty() && !text.startsWith(u'[');
        text = step + (dot ? QStringLiteral(".") : QString()) + text;
    }
    return text;
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Item& at = item(index);
    const bool isGroup = at.members > 0;
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == 1 ? valueText(at) : keyText(at);
    case Qt::ToolTipRole:
    case PathRole:
        return path(static_cast<int>(index.internalId()));
    case KindRole:
        return isGroup ? QVariant() : QVariant(static_cast<int>(kindOf(at)));
    case RawRole:
        return isGroup || isContainer(kindOf(at)) ? QVariant()
                                                  : QVariant(m_tree->scalarAt(at.value, m_tree->text.size()));
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
