// Package catalogue holds the service items (事项), the kinds of licence and the
// halls as data: it reads them from a file that an administrator edits, refuses
// the file as a whole with every wrong row named by its line, and finds items as
// a clerk types.
//
// A catalogue never changes after it was loaded. The package does not know where
// the file lies and asks nobody for items; a half catalogue does not exist.
package catalogue
