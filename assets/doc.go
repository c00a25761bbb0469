// Package assets carries what the programs bring along: fonts, the application
// icon, the texts of both languages and the sample catalogue. Everything is
// embedded, so a counter needs no file beside its binary.
//
// It imports nothing of ours and decides nothing: it hands out bytes and looks
// up texts by key.
package assets
