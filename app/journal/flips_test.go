package journal

import (
	"bytes"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"counterfoil/app/casework"
)

// flipsVariable sets how many bits are flipped, one at a time.
const flipsVariable = "COUNTERFOIL_FLIPS"

func wantedFlips(t *testing.T) int {
	t.Helper()
	n := defaultFlips
	if s := os.Getenv(flipsVariable); s != "" {
		_, err := fmt.Sscan(s, &n)
		must(t, err)
	}
	return n
}

// flipped counts what became of single flipped bits.
type flipped struct {
	named    int // found, with the cases that are hurt: every other one goes on
	hurt     int // cases named, in all of these
	unnamed  int // found in what is no case's, and every case goes on
	stopped  int // of these: the journal is read, and refuses to be written
	refused  int // the journal is not opened, and not altered
	harmless int // in free space, or in what says the same twice
}

// A bit is flipped anywhere in the database, its log, the keys of cases or of days.
// A journal that is opened then either says which cases are hurt, or everything
// that it shows is what was kept; what it shows of the others always is; and new
// work goes on.
func TestAFlippedBitIsReportedWithTheCaseThatItHurtsAndTheOthersGoOn(t *testing.T) {
	const seed = 20261127
	rng := rand.New(rand.NewPCG(seed, 0))
	images := []flipImage{closedImage(t), loggedImage(t)}
	wanted := wantedFlips(t)
	counts := map[string]*flipped{}
	base := fastFolder(t)
	for n := range wanted {
		image := &images[n%len(images)]
		name := image.part(rng)
		bit := rng.IntN(8 * len(image.files[name]))
		what, owner := partOf(name), casework.CaseID("")
		if n%4 == 0 { // in the middle of a record
			r := images[0].live[rng.IntN(len(images[0].live))]
			image, name, what, owner = &images[0], databaseName, "live records", r.of
			bit = 8*(r.from+rng.IntN(r.size)) + rng.IntN(8)
		}
		if counts[what] == nil {
			counts[what] = &flipped{}
		}
		dir := filepath.Join(base, strconv.Itoa(n))
		files := maps.Clone(image.files)
		files[name] = bytes.Clone(files[name])
		files[name][bit/8] ^= 1 << (bit % 8)
		writeImage(t, dir, files)
		f := flipTrial{T: t, image: image, dir: dir, owner: owner, turn: n, what: fmt.Sprintf("flip %d: bit %d of byte %d of %s", n, bit%8, bit/8, name)}
		f.tryFlip(counts[what])
		must(t, os.RemoveAll(dir))
	}
	found, harmless, named := 0, 0, 0
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		c := counts[what]
		t.Logf("%s: %+v", what, *c)
		found, harmless, named = found+c.named+c.unnamed+c.refused, harmless+c.harmless, named+c.hurt
	}
	t.Logf("%d flips, seed %d: found %d, harmless %d, in %d cases", wanted, seed, found, harmless, named)
	if found == 0 || harmless == 0 || named == 0 {
		t.Fatal("the flips hit nothing, or everything")
	}
}

// flipImage is the files of a journal, and what it shows.
type flipImage struct {
	files  map[string][]byte
	shown  map[casework.CaseID]string
	list   string
	cases  []*serving
	unhurt *serving // a case in the middle, to go on with
	live   []keptRecord
}

// keptRecord is where a record of a case lies in the database.
type keptRecord struct {
	of         casework.CaseID
	from, size int
}

// flipLife serves cases of every fate over two days.
func flipLife(t *testing.T, j *Journal) []*serving {
	t.Helper()
	var cases []*serving
	fates := [][]casework.StepKind{usual(), usual(), append(usual()[:3], casework.Abandoned), usual()[:4], usual()}
	for n, kinds := range fates {
		s := newServing(n + 1)
		s.picture = 3000
		if n == 0 {
			s.about.Day, s.about.Number = "20261122", casework.CaseNumber(fmt.Sprintf("20261122-12-%04d", n))
		}
		s.append(t, j, kinds...)
		for i, d := range s.digests {
			if n%2 == 0 {
				must(t, j.Committed(t.Context(), receiptFor(d, int64(10*n+i+1))))
			}
		}
		must(t, j.Attempt(t.Context(), casework.Attempt{Case: s.id, Step: casework.Authorized, Why: casework.CodeUnknown, Time: testNow()}))
		cases = append(cases, s)
	}
	must(t, j.Forget(t.Context(), cases[1].id))
	must(t, j.KeepLink(t.Context(), 7, linkFor(7)))
	return cases
}

// closedImage is a journal that was closed in peace.
func closedImage(t *testing.T) flipImage {
	o := testOptions(fastFolder(t))
	j := openAt(t, o)
	cases := flipLife(t, j)
	must(t, j.Close())
	return imageOf(t, o, cases)
}

// loggedImage is a journal whose program was killed: the newest cases stand in the
// log alone.
func loggedImage(t *testing.T) flipImage {
	o := testOptions(fastFolder(t))
	o.idle = -1
	j := openAt(t, o)
	cases := flipLife(t, j)
	must(t, j.checkpoint("TRUNCATE"))
	s := newServing(20)
	s.append(t, j, usual()[:5]...)
	cases = append(cases, s)
	image := imageOf(t, o, cases)
	must(t, j.Close())
	if len(image.files[databaseName+"-wal"]) == 0 {
		t.Fatal("there is no log")
	}
	return image
}

// imageOf copies the files of a journal and looks at the copy.
func imageOf(t *testing.T, o Options, cases []*serving) flipImage {
	image := flipImage{files: map[string][]byte{}, shown: map[casework.CaseID]string{}, cases: cases, unhurt: cases[3]}
	must(t, filepath.WalkDir(o.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-shm") || strings.HasSuffix(path, lockName) {
			return err
		}
		rel, err := filepath.Rel(o.Dir, path)
		must(t, err)
		image.files[rel], err = os.ReadFile(path)
		return err
	}))
	for name, content := range image.files {
		if len(content) == 0 {
			delete(image.files, name)
		}
	}
	dir := fastFolder(t)
	writeImage(t, dir, image.files)
	j := openAt(t, testOptions(dir))
	defer j.Close()
	if hurt, err := j.Check(t.Context()); err != nil {
		t.Fatal(hurt, err)
	}
	f := flipTrial{T: t, image: &image}
	for _, s := range cases {
		var err error
		image.shown[s.id], err = f.look(j, s.id)
		must(t, err)
	}
	image.list = f.lists(j, nil)
	image.live = liveRecords(t, j, image.files[databaseName])
	return image
}

// liveRecords finds entries, sealed attachments and receipts in the database. Those
// that are cut in two by the end of a page are left out.
func liveRecords(t *testing.T, j *Journal, db []byte) (list []keptRecord) {
	t.Helper()
	_, err := all(t.Context(), j.reader, func(rows *sql.Rows) (none struct{}, err error) {
		var id casework.CaseID
		var blob []byte
		err = rows.Scan(&id, &blob)
		if at := bytes.Index(db, blob); at >= 0 {
			list = append(list, keptRecord{id, at, len(blob)})
		}
		return none, err
	}, `SELECT c.id, e.raw FROM cases c JOIN entries e ON e.place >> 8 = c.row
		UNION ALL SELECT c.id, a.sealed FROM cases c JOIN attachments a ON a.at >> 16 = c.row
		UNION ALL SELECT c.id, r.raw FROM cases c JOIN receipts r ON r.place >> 8 = c.row
		UNION ALL SELECT c.id, CAST(c.number AS BLOB) FROM cases c`)
	must(t, err)
	if len(list) < 40 {
		t.Fatalf("only %d records are found", len(list))
	}
	return list
}

// part chooses a file: the database most often, since it is largest.
func (i *flipImage) part(rng *rand.Rand) string {
	names := slices.Sorted(maps.Keys(i.files))
	log := databaseName + "-wal"
	switch n := rng.IntN(10); {
	case n < 4 && i.files[log] != nil:
		return log
	case n < 7:
		return databaseName
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == databaseName || n == log })
	return names[rng.IntN(len(names))]
}

func partOf(name string) string {
	switch {
	case strings.HasSuffix(name, dayEnding):
		return "days' keys"
	case strings.HasSuffix(name, ".key"):
		return "cases' keys"
	}
	return name
}

// flipTrial is one flipped bit.
type flipTrial struct {
	*testing.T
	image *flipImage
	dir   string
	owner casework.CaseID // of the record that is hit, where that is known
	turn  int             // lists are asked for every third time
	what  string
}

func (f flipTrial) tryFlip(c *flipped) {
	f.Helper()
	was := databaseFiles(f.T, f.dir)
	o := testOptions(f.dir)
	o.idle = -1
	j, err := Open(f.Context(), o)
	if err != nil {
		f.refusal(err, casework.JournalDamaged, casework.JournalForeign, casework.JournalNewer)
		for name, content := range databaseFiles(f.T, f.dir) {
			if !bytes.Equal(was[name], content) {
				f.Fatalf("%s: %s was altered: %v", f.what, name, err)
			}
		}
		c.refused++
		return
	}
	defer j.Close()
	hurt, found := j.Check(f.Context())
	if found != nil {
		f.refusal(found, casework.JournalDamaged)
	}
	if f.owner != "" && !slices.Equal(hurt, []casework.CaseID{f.owner}) {
		f.Fatalf("%s: a record of %s is hit, named are %v", f.what, f.owner, hurt)
	}
	f.others(j, hurt)
	switch {
	case len(hurt) > 0:
		c.named, c.hurt = c.named+1, c.hurt+len(hurt)
	case found != nil:
		c.unnamed++
	default:
		c.harmless++
	}
	if err := f.goesOn(j, hurt); err != nil {
		f.refusal(err, casework.JournalDamaged)
		if found == nil {
			f.Fatalf("%s: nothing was found, and then: %v", f.what, err)
		}
		c.stopped++
	}
}

func (f flipTrial) refusal(err error, kinds ...casework.RefusalKind) {
	f.Helper()
	if !slices.Contains(kinds, casework.KindOf(err)) {
		f.Fatalf("%s: %v", f.what, err)
	}
}

// others: what is not named is what was kept; what is named is that, or refused.
func (f flipTrial) others(j *Journal, hurt []casework.CaseID) {
	f.Helper()
	for _, s := range f.image.cases {
		shown, err := f.look(j, s.id)
		if err != nil && !slices.Contains(hurt, s.id) {
			f.Fatalf("%s: %s is not named but refused: %v", f.what, s.id, err)
		}
		if err != nil {
			f.refusal(err, casework.JournalDamaged)
		} else if shown != f.image.shown[s.id] {
			f.Fatalf("%s: of %s something false is believed (named: %v):\n%s", f.what, s.id, hurt, differing(shown, f.image.shown[s.id]))
		}
	}
	if f.turn%3 != 0 {
		return
	}
	if got := f.lists(j, hurt); len(hurt) == 0 && got != f.image.list {
		f.Fatalf("%s: the lists are\n%s\nwant\n%s", f.what, got, f.image.list)
	}
}

// differing returns the lines of two texts that differ, shortened.
func differing(got, want string) string {
	var b strings.Builder
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if a, b2 := lineAt(g, i), lineAt(w, i); a != b2 {
			same := 0
			for same < min(len(a), len(b2)) && a[same] == b2[same] {
				same++
			}
			fmt.Fprintf(&b, "  from %d on: got  %.200s\n  want %.200s\n", same, a[same:], b2[same:])
		}
	}
	return b.String()
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// look returns all that a journal shows of a case.
func (f flipTrial) look(j *Journal, id casework.CaseID) (string, error) {
	r, err := j.Case(f.Context(), id)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintln(&b, r.ID, r.Number, r.Item, r.Clerk, r.Opened, r.Standing)
	for _, s := range r.Steps {
		fmt.Fprintln(&b, s.Seq, s.Kind, s.Digest, s.Send, s.Refusal, s.Height, s.OnChain)
		content, err := j.Content(f.Context(), id, s.Seq)
		if err != nil && casework.KindOf(err) != casework.ContentForgotten {
			return "", err
		}
		for _, a := range content {
			fmt.Fprintf(&b, "%s %s %x %x\n", a.Name, a.Media, a.Salt, a.Content)
		}
	}
	list, err := j.Receipts(f.Context(), id)
	if err != nil {
		return "", err
	}
	tries, err := j.Attempts(f.Context(), id)
	fmt.Fprintln(&b, list, tries)
	return b.String(), err
}

// lists returns what the journal shows of many cases at once. A case that is hurt
// is left out of them; the others stay.
func (f flipTrial) lists(j *Journal, hurt []casework.CaseID) string {
	f.Helper()
	var b strings.Builder
	note := func(what string, list []casework.CaseRecord, err error) {
		if err != nil && len(hurt) == 0 && f.what != "" {
			f.Logf("%s: %s: %v", f.what, what, err)
		}
		fmt.Fprint(&b, what)
		for _, r := range list {
			fmt.Fprint(&b, " ", r.ID)
		}
		fmt.Fprintln(&b)
	}
	for _, day := range []string{testDay, "20261122"} {
		list, err := j.Day(f.Context(), day, "", 0)
		note(day, list, err)
		f.lists1(list, err, day, hurt)
	}
	list, err := j.Day(f.Context(), testDay, "张三", 0)
	note("found", list, err)
	list, err = j.Unfinished(f.Context())
	note("unfinished", list, err)
	ready, err := j.Ready(f.Context(), 100)
	if err != nil {
		f.refusal(err, casework.JournalDamaged)
	}
	for _, r := range ready {
		fmt.Fprintln(&b, r.Case, r.Seq, r.Digest)
	}
	q, err := j.Queue(f.Context())
	fmt.Fprintln(&b, q, err)
	return b.String()
}

// lists1: a day's list has every case of that day but the hurt ones.
func (f flipTrial) lists1(list []casework.CaseRecord, err error, day string, hurt []casework.CaseID) {
	f.Helper()
	if err != nil {
		f.refusal(err, casework.JournalDamaged)
	}
	for _, s := range f.image.cases {
		there := slices.ContainsFunc(list, func(r casework.CaseRecord) bool { return r.ID == s.id })
		if s.about.Day == day && !there && !slices.Contains(hurt, s.id) {
			f.Fatalf("%s: the day does not list %s, which is not hurt (%v)", f.what, s.id, err)
		}
	}
}

// goesOn opens a new case and goes on with one in the middle. It returns the
// refusal of a journal that can be read and not be written any more: the page that
// the next row belongs to is none.
func (f flipTrial) goesOn(j *Journal, hurt []casework.CaseID) error {
	f.Helper()
	s := newServing(100)
	for _, kind := range usual()[:4] {
		if err := j.Append(f.Context(), s.step(kind), s.about); err != nil {
			return fmt.Errorf("a new case: %s: %w", kind, err)
		}
	}
	if old := f.image.unhurt; !slices.Contains(hurt, old.id) {
		before := *old
		if err := j.Append(f.Context(), before.make(casework.Signed), before.about); err != nil {
			return fmt.Errorf("the case in the middle: %w", err)
		}
	}
	return nil
}
