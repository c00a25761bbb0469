package counter_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"counterfoil/app/desk"
)

// watched are folders of which every file is looked into when it was written, also
// one that is there for a moment.
type watched struct {
	t    *testing.T
	fd   int
	dirs map[int32]string
	done sync.WaitGroup

	mu     sync.Mutex
	made   []string          // every name that came
	read   map[string][]byte // what was written, all that was seen of it
	missed map[string]bool   // written and gone before it could be read
}

func watch(t *testing.T, dirs ...string) *watched {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, fd: fd, dirs: map[int32]string{}, read: map[string][]byte{}, missed: map[string]bool{}}
	for _, dir := range dirs {
		wd, err := unix.InotifyAddWatch(fd, dir, unix.IN_CREATE|unix.IN_CLOSE_WRITE|unix.IN_MOVED_FROM|unix.IN_MOVED_TO)
		if err != nil {
			t.Fatal(err)
		}
		w.dirs[int32(wd)] = dir
	}
	w.done.Go(w.follow)
	return w
}

// ended is the name of the file that ends the watching.
const ended = "the end of the watching"

// stop waits until everything that happened so far was looked at.
func (w *watched) stop() {
	w.t.Helper()
	for _, dir := range w.dirs {
		if err := os.WriteFile(filepath.Join(dir, ended), nil, 0o600); err != nil {
			w.t.Fatal(err)
		}
		break
	}
	w.done.Wait()
	unix.Close(w.fd)
}

func (w *watched) follow() {
	buffer := make([]byte, 1<<16)
	for {
		n, err := unix.Read(w.fd, buffer)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		for b := buffer[:n]; len(b) >= unix.SizeofInotifyEvent; {
			size := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(b[12:]))
			name := string(bytes.TrimRight(b[unix.SizeofInotifyEvent:size], "\x00"))
			mask := binary.NativeEndian.Uint32(b[4:])
			if name == ended {
				return
			}
			w.saw(filepath.Join(w.dirs[int32(binary.NativeEndian.Uint32(b))], name), mask)
			b = b[size:]
		}
	}
}

// look reads files that are still open.
func (w *watched) look(paths ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil || len(raw) == 0 {
			w.t.Errorf("%d bytes of %s: %v", len(raw), path, err)
		}
		w.read[path] = append(w.read[path], raw...)
	}
}

func (w *watched) saw(path string, mask uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if mask&unix.IN_Q_OVERFLOW != 0 {
		w.t.Error("the system forgot what happened")
	}
	if mask&(unix.IN_CREATE|unix.IN_MOVED_TO) != 0 {
		w.made = append(w.made, path)
	}
	if mask&unix.IN_MOVED_FROM != 0 {
		delete(w.missed, path) // it is read under its new name
	}
	if mask&(unix.IN_CLOSE_WRITE|unix.IN_MOVED_TO) != 0 {
		raw, err := os.ReadFile(path)
		w.read[path] = append(w.read[path], raw...)
		if errors.Is(err, fs.ErrNotExist) {
			w.missed[path] = true
		}
	}
}

// TestAWholeCaseMakesNoFileButItsOwnSealedOnes: with folders of its own for
// temporary files, home, settings, caches and running programs, a whole case with
// ink, photo, search, restart and retention makes not one file there; what it makes
// in the counter's folder is read when it is written and holds nothing in clear.
func TestAWholeCaseMakesNoFileButItsOwnSealedOnes(t *testing.T) {
	outside := t.TempDir() // before TMPDIR changes
	var folders []string
	for _, name := range []string{"TMPDIR", "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "SQLITE_TMPDIR"} {
		dir := filepath.Join(outside, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv(name, dir)
		folders = append(folders, dir)
	}
	h := newHall(t)
	journal := filepath.Join(h.near.Dir, "journal")
	w := watch(t, append(folders, h.near.Dir, journal, filepath.Join(journal, "keys"), filepath.Join(journal, "keys", "days"))...)

	secrets := map[string]bool{}
	id := h.opened()
	secrets[h.tell()] = true
	for _, l := range h.last.Case.Licences {
		for _, f := range l.Fields {
			secrets[f.Value] = true
		}
	}
	name := h.last.Case.Licences[0].Fields[0].Value
	h.confirmed()
	h.finished()
	h.settled()
	photo := h.last.Case.Photo
	secrets[string(photo[len(photo)/2:len(photo)/2+24])] = true
	w.look(filepath.Join(journal, "journal.db-wal"), filepath.Join(journal, "journal.db-shm"))
	h.must(h.counter.Close())
	h.start()
	h.until("the desk looks", func(s desk.Snapshot) bool { return s.Pad.State == desk.Good })
	if list, err := h.desk.Day(h.ctx, name); err != nil || len(list) != 1 {
		t.Errorf("%d cases are found: %v", len(list), err)
	}
	h.must(h.counter.Journal.Forget(h.ctx, id))
	w.look(filepath.Join(journal, "journal.db-wal"), filepath.Join(journal, "journal.db-shm"))
	h.must(h.counter.Close())
	w.stop()
	h.start() // what closes the hall expects it

	for _, path := range w.made {
		if !strings.HasPrefix(path, h.near.Dir) {
			t.Errorf("%s was made", path)
		}
	}
	for path := range w.missed {
		switch filepath.Ext(path) {
		case ".key", ".day": // overwritten, and removed at once
		case ".db-wal", ".db-shm": // open until they are removed: looked at before
		default:
			t.Errorf("%s was written and gone before it was read", path)
		}
	}
	all, _ := needlesOf(secrets)
	for path, raw := range w.read {
		for _, found := range all.in(raw) {
			t.Errorf("%s held %q", path, found)
		}
	}
	if len(w.read) < 4 || len(secrets) < 5 {
		t.Errorf("%d files were read, for %d values", len(w.read), len(secrets))
	}
}
