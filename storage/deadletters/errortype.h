#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace portolan {

/// Returns the kind of error that the details of a dead letter (`error_details`, JSON) tell of: its type, its code and
/// the stack frame it came from, as far as they are there: "TimeoutError 1205 at connect (pool.py)". Empty when the
/// document tells none of them or is no JSON object.
///
/// The type is the first of type, class, exception and name (also error_type, errorClass, exceptionName …); the code of
/// code, error_code, errno, sqlstate, status; the frame comes from stack, stacktrace, traceback, backtrace or frames,
/// as text or as an array of texts or objects. A part that the object itself does not tell is looked for in its members
/// error, exception and cause. Of a Python traceback the last frame counts, of all others the first: where it happened.
/// Folders, line numbers and addresses are left out of a frame, so that the next release has the same one.
///
/// One line of UTF-8 of at most 200 bytes. Any thread.
QByteArray errorType(QByteArrayView details);

/// Returns the frame where a stack trace says it happened: Python's last, else the first; empty when there is none.
QByteArray firstStackFrame(QByteArrayView trace);

} // namespace portolan
