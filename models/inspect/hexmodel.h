#pragma once

#include <QAbstractTableModel>
#include <QByteArray>

namespace portolan {

/// Bytes as rows of eight: offset, hexadecimal, characters.
class HexModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit HexModel(QObject* parent = nullptr);
    void setBytes(const QByteArray& bytes);

    int rowCount(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] int allRows() const;

    QByteArray m_bytes;
    int m_rows = 0; ///< of these the view knows by now
};

} // namespace portolan
