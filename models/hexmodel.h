#pragma once

#include <QAbstractTableModel>
#include <QByteArray>

namespace portolan {

/// Bytes as rows of sixteen: offset, hexadecimal, characters.
class HexModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit HexModel(QObject* parent = nullptr);
    void setBytes(const QByteArray& bytes);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QByteArray m_bytes;
};

} // namespace portolan
