package journal

import (
	"crypto/cipher"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// benchSteps makes n confirmed-and-changed steps of open cases: the step with
// the most usual attachments, a form and the picture of a pad.
func benchSteps(b *testing.B, j *Journal, n int) []casework.Step {
	b.Helper()
	const perCase = 100
	var steps []casework.Step
	for first := 0; first < n; first += perCase {
		s := newServing(0)
		s.about.Number, s.picture = casework.CaseNumber(s.id), 24_000
		s.append(b, j, usual()[:3]...)
		for range min(perCase, n-first) {
			steps = append(steps, s.step(casework.Confirmed))
		}
	}
	return steps
}

func reportTimes(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
}

// stepBytes is what a step with its line in the operator log, as the desk writes it,
// brings to the disk at least.
func stepBytes(b *testing.B, s casework.Step) []byte {
	a := lineOf(s.Entry.Case, s.Entry.Kind)
	line, err := protocol.Marshal(loggedAct{Seq: 1, Time: testNow().UnixMilli(), Clerk: a.Clerk, What: string(a.What), Case: string(a.Case), Note: a.Note})
	must(b, err)
	all := slices.Concat(s.Raw, line, make([]byte, len(casework.Digest{})))
	for _, a := range s.Attachments {
		all = append(append(all, a.Salt[:]...), a.Content...)
	}
	return all
}

// BenchmarkStepToDisk and BenchmarkBareWriteAndSync are read side by side.
func BenchmarkStepToDisk(b *testing.B) {
	j := openAt(b, testOptions(b.TempDir()))
	benchAppend(b, j)
}

func benchAppend(b *testing.B, j *Journal) {
	steps := benchSteps(b, j, b.N)
	b.SetBytes(int64(len(stepBytes(b, steps[0]))))
	must(b, j.checkpoint("TRUNCATE"))
	times := make([]time.Duration, 0, len(steps))
	b.ResetTimer()
	for _, s := range steps {
		start := time.Now()
		if err := j.Append(b.Context(), s, casework.CaseAbout{}, lineOf(s.Entry.Case, s.Entry.Kind)); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	reportTimes(b, times)
}

// BenchmarkBareWriteAndSync appends the same bytes to a file and syncs it, with
// nothing else.
func BenchmarkBareWriteAndSync(b *testing.B) {
	j := openAt(b, testOptions(b.TempDir()))
	data := stepBytes(b, benchSteps(b, j, 1)[0])
	b.SetBytes(int64(len(data)))
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	must(b, err)
	defer f.Close()
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		start := time.Now()
		_, err := f.Write(data)
		must(b, err)
		must(b, f.Sync())
		times = append(times, time.Since(start))
	}
	reportTimes(b, times)
}

// BenchmarkStepAgainstBare takes turns, so that both meet the same moments of a
// machine that others use too, and reports the ratios.
func BenchmarkStepAgainstBare(b *testing.B) {
	j := openAt(b, testOptions(b.TempDir()))
	steps := benchSteps(b, j, b.N)
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	must(b, err)
	defer f.Close()
	var bare, kept []time.Duration
	b.ResetTimer()
	for _, s := range steps {
		data := stepBytes(b, s)
		start := time.Now()
		_, err := f.Write(data)
		must(b, err)
		must(b, f.Sync())
		middle := time.Now()
		must(b, j.Append(b.Context(), s, casework.CaseAbout{}, lineOf(s.Entry.Case, s.Entry.Kind)))
		bare, kept = append(bare, middle.Sub(start)), append(kept, time.Since(middle))
	}
	slices.Sort(bare)
	slices.Sort(kept)
	reportTimes(b, kept)
	b.ReportMetric(float64(kept[len(kept)/2])/float64(bare[len(bare)/2]), "p50-ratio")
	b.ReportMetric(float64(kept[len(kept)*99/100])/float64(bare[len(bare)*99/100]), "p99-ratio")
}

// unsealed is a seal that seals nothing and takes the same room.
type unsealed struct{}

func (unsealed) NonceSize() int { return 0 }
func (unsealed) Overhead() int  { return 28 }
func (unsealed) Seal(dst, _, plain, _ []byte) []byte {
	return append(append(dst, plain...), make([]byte, 28)...)
}
func (unsealed) Open(dst, _, box, _ []byte) ([]byte, error) {
	return append(dst, box[:len(box)-28]...), nil
}

// BenchmarkStepSealedAgainstUnsealed takes turns between two journals, one of which
// does not seal, for each suite.
func BenchmarkStepSealedAgainstUnsealed(b *testing.B) {
	for name, suite := range map[string]protocol.Suite{"AES-256-GCM": protocol.Suite1, "SM4-GCM": protocol.Suite2} {
		b.Run(name, func(b *testing.B) {
			o := testOptions(b.TempDir())
			o.Suite = suite
			plain := testOptions(b.TempDir())
			plain.sealer = func([32]byte) (cipher.AEAD, error) { return unsealed{}, nil }
			js := []*Journal{openAt(b, o), openAt(b, plain)}
			steps := [][]casework.Step{benchSteps(b, js[0], b.N), benchSteps(b, js[1], b.N)}
			times := make([][]time.Duration, 2)
			b.ResetTimer()
			for n := range b.N {
				for i, j := range js {
					start := time.Now()
					must(b, j.Append(b.Context(), steps[i][n], casework.CaseAbout{}, lineOf(steps[i][n].Entry.Case, casework.Confirmed)))
					times[i] = append(times[i], time.Since(start))
				}
			}
			slices.Sort(times[0])
			slices.Sort(times[1])
			reportTimes(b, times[0])
			b.ReportMetric(float64(times[0][b.N/2])/float64(times[1][b.N/2]), "p50-sealed/unsealed")
			b.ReportMetric(float64(times[0][b.N*99/100])/float64(times[1][b.N*99/100]), "p99-sealed/unsealed")
		})
	}
}

// entriesVariable sets how many entries the large journal holds.
const entriesVariable = "COUNTERFOIL_ENTRIES"

// largeJournal makes a journal of many entries: whole cases, two hundred a day.
// The rows are written at once; each is what Append writes.
func largeJournal(b *testing.B, entries int) Options {
	b.Helper()
	o := testOptions(b.TempDir())
	o.idle = -1
	j := openAt(b, o)
	cases := entries / len(usual())
	day := testNow()
	for first := 0; first < cases; first += 200 {
		tx, err := j.writer.Begin()
		must(b, err)
		for n := first; n < min(first+200, cases); n++ {
			s := newServing(n)
			s.about.Day = day.Format("20060102")
			s.name = fmt.Sprintf("%c%c", '一'+n%5000, '丁'+n%4999)
			for _, kind := range usual() {
				step := s.make(kind)
				if kind == casework.Confirmed {
					step.Attachments = step.Attachments[:1]
				} else {
					step.Attachments = nil
				}
				s.done(step)
				var sealed []sealedRecord
				for i, a := range step.Attachments {
					key, err := j.keys.make(s.id, s.about.Day)
					must(b, err)
					sealed = append(sealed, sealRecord(key, sealedAt{s.id, step.Entry.Seq, step.Entry.Kind}, i, a))
				}
				_, _, err := j.keep(tx, step, s.about, sealed)
				must(b, err)
				line, err := j.dated(lineOf(s.id, kind))
				must(b, err)
				must(b, j.chain(tx, line))
				sum := sha256.Sum256(step.Digest[:])
				_, err = tx.Exec("INSERT INTO receipts (place, height, time, raw) SELECT place, ?, ?, ? FROM entries WHERE digest = ?",
					n, day.UnixNano(), slices.Repeat(sum[:], 12), step.Digest[:])
				must(b, err)
			}
			delete(j.kept, s.id)
		}
		_, err = tx.Exec("UPDATE outbox SET state = 'committed' WHERE state <> 'committed'")
		must(b, err)
		must(b, tx.Commit())
		day = day.AddDate(0, 0, -1)
	}
	must(b, j.Close())
	return o
}

func benchEntries(b *testing.B) int {
	n := 20_000
	if s := os.Getenv(entriesVariable); s != "" {
		_, err := fmt.Sscan(s, &n)
		must(b, err)
	}
	return n
}

// BenchmarkLargeJournal opens a journal of many entries, searches a day that
// was not asked for yet, gives a page of it, and keeps steps in it.
func BenchmarkLargeJournal(b *testing.B) {
	o := largeJournal(b, benchEntries(b))
	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			j, err := Open(b.Context(), o)
			must(b, err)
			b.StopTimer()
			must(b, j.Close())
			b.StartTimer()
		}
	})
	j := openAt(b, o)
	yesterday := testNow().AddDate(0, 0, -1).Format("20060102")
	b.Run("SearchFreshDay", func(b *testing.B) {
		for b.Loop() {
			clear(j.search.days)
			_, err := j.Day(b.Context(), yesterday, "qing", 50)
			must(b, err)
		}
	})
	b.Run("SearchPage", func(b *testing.B) {
		for b.Loop() {
			list, err := j.Day(b.Context(), testDay, "qing", 50)
			must(b, err)
			if len(list) == 0 {
				b.Fatal("nothing found")
			}
		}
	})
	empty := openAt(b, testOptions(b.TempDir()))
	b.Run("StepToDisk", func(b *testing.B) { benchAppend(b, j) })
	b.Run("StepToDiskOfAnEmptyOne", func(b *testing.B) { benchAppend(b, empty) })
}

// BenchmarkBacklog sends what an outage has queued, as the outbox does: ready,
// sending, committed, many cases at once.
func BenchmarkQueueOfBacklog(b *testing.B) {
	j := openAt(b, testOptions(b.TempDir()))
	for n := range 500 {
		newServing(n+1).append(b, j, casework.Opened, casework.Authorized)
	}
	b.Run("Ready", func(b *testing.B) {
		for b.Loop() {
			_, err := j.Ready(b.Context(), 64)
			must(b, err)
		}
	})
	b.Run("Queue", func(b *testing.B) {
		for b.Loop() {
			_, err := j.Queue(b.Context())
			must(b, err)
		}
	})
}

// BenchmarkCheckStep is what a step costs before the disk is asked.
func BenchmarkCheckStep(b *testing.B) {
	s := newServing(1)
	step := s.step(casework.Opened)
	for b.Loop() {
		if err := checkStep(step, s.about); err != nil || protocol.DigestOf(step.Raw).IsZero() {
			b.Fatal(err)
		}
	}
}
