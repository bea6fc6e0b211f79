#pragma once

#include "models/audit/auditmodels.h"
#include "views/list/listpane.h"

namespace portolan {

/// `Audit log`: what was done to the store, newest first. It can be looked at, and nothing else.
class AuditPane final : public ListPane {
    Q_OBJECT
public:
    explicit AuditPane(QWidget* parent = nullptr);

private:
    void inspectEntry(int row);

    AuditModel m_entries;
    ListFrame* m_frame;
};

} // namespace portolan
