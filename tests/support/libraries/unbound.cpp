// Calls a function of a library that it is not linked with, as one would that is not bound late either.
extern "C" {
int PQfmod(const void* result, int column);
int unbound();
int unbound() {
    return PQfmod(nullptr, 0);
}
}
