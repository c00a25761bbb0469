package journal

import (
	"os"
	"path/filepath"
	"testing"
)

func FuzzAnyFileInPlaceOfTheJournalIsRefusedOrOpens(f *testing.F) {
	o := testOptions(f.TempDir())
	openAt(f, o).Close()
	sound, err := os.ReadFile(filepath.Join(o.Dir, databaseName))
	must(f, err)
	f.Add(sound[:4096])
	f.Add(sound[:headerBytes])
	f.Add([]byte(headerMagic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := fastFolder(t)
		writeImage(t, dir, map[string][]byte{databaseName: content})
		if j, err := Open(t.Context(), testOptions(dir)); err == nil {
			j.Close()
		}
	})
}
