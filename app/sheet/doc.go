// Package sheet reads TOML as an administrator edits it: in blocks, every value
// with its line, and every problem at once instead of the first alone. The
// catalogue and the settings are read with it.
//
// A file is cut at its [header] and [[header]] lines and each block is decoded
// by itself, so that a forgotten quote in one block hides no problem of another.
// (Decoding the whole file and naming only the parser's first error was the
// alternative: refused, because an administrator then repairs a file once per
// error.) A header inside a multi-line string is therefore refused, not read.
//
// It knows no key by name and decides nothing about their meaning.
package sheet
