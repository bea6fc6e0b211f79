#pragma once

#include "storage/json/jsoncomparison.h"

#include <QAbstractItemModel>
#include <QStringList>
#include <memory>
#include <vector>

namespace portolan {

/// Documents compared, with what each is called, oldest first.
struct DocumentComparison {
    QStringList names;
    std::shared_ptr<const JsonComparison> outline;
};

/// Roles of both models below.
enum ComparisonRole {
    StepRole = Qt::UserRole + 1, ///< int: the JsonComparison::Step to this document from the one before it
    FoldRole,                    ///< bool: this row stands for several that are left out
};

/// A comparison as a tree: field, what became of it in words, its value in each document. GUI thread.
class ComparisonTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    using QAbstractItemModel::QAbstractItemModel;
    /// Without what stands unchanged, if so wished.
    void setComparison(DocumentComparison comparison, bool onlyChanges);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static constexpr int fieldColumn = 0;
    static constexpr int changeColumn = 1;
    static constexpr int firstDocument = 2;

private:
    [[nodiscard]] const JsonComparison::Line& line(int at) const;
    [[nodiscard]] const std::vector<int>& childrenOf(int at) const;

    DocumentComparison m_comparison;
    std::vector<std::vector<int>> m_children; ///< of each line, as shown
    std::vector<int> m_rows;                  ///< of each line among those
};

/// A comparison as texts side by side: a column for each document, lines that correspond in one row. Unchanged lines
/// further than three from a change are folded, where that saves more than three. GUI thread.
class SideBySideModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setComparison(DocumentComparison comparison);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        int line = 0;
        int folded = 0;      ///< rows that this one stands for; 0: it is one itself
        bool closes = false; ///< the bracket after the line's members
    };
    class Writer;
    [[nodiscard]] QString text(const Row& row, std::size_t side) const;

    DocumentComparison m_comparison;
    std::vector<Row> m_rows;
    std::vector<std::vector<bool>> m_commas; ///< of each line and side: something follows it there
};

/// "3 changed, 1 added"; "The same." when nothing differs.
[[nodiscard]] QString comparisonText(const JsonComparison& outline);

} // namespace portolan
