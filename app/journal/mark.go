package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"

	"counterfoil/app/casework"
)

// One flipped bit in the write-ahead log makes SQLite forget every transaction behind
// it without a word: by its own sums it can't tell that from what a power cut left of
// the last one. So how far the log was once on disk stands beside it, in markName.
//
// The mark is written when a transaction has been acknowledged by the disk, and is not
// synced: it costs a step no second wait. After a power cut it may therefore say less
// than was kept, and never more; after the end of a program, however that came, it says
// all but perhaps the very last transaction. A log in which fewer frames hold than it
// says was altered since, and is refused.
//
// Refused instead: to tell the two apart by the log alone. What a power cut leaves may
// be one bit from a frame that holds, and behind what a first cut left there may stand
// whole frames of a transaction that the next program wrote over; each rule of that kind
// was met by some power cut in ten thousand, and refused a journal in which nothing was
// amiss.
type marker struct {
	folder folder
	log    follower
	doubt  bool    // a transaction failed: what it left in the log may hold and not be on disk
	blind  [8]byte // the salts of a log of which that is so
}

const markName = "journal.mark"

// logMark is a log and how many of its frames were on disk together: 4 bytes of magic, 8 of
// salts, 8 of count, 4 of a sum, big-endian. It fits one sector, so that it is written
// whole or not at all.
type logMark struct {
	salts  [8]byte
	frames int64
}

const (
	markMagic = "CFM1"
	markBytes = 24
)

func (m logMark) bytes() []byte {
	b := append(make([]byte, 0, markBytes), markMagic...)
	b = append(b, m.salts[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(m.frames))
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// markOf reads a mark. What is none says nothing of any log.
func markOf(b []byte) (m logMark) {
	if len(b) != markBytes || string(b[:4]) != markMagic || crc32.ChecksumIEEE(b[:20]) != binary.BigEndian.Uint32(b[20:]) {
		return logMark{}
	}
	return logMark{salts: [8]byte(b[4:12]), frames: int64(binary.BigEndian.Uint64(b[12:]))}
}

// newMarker looks at a log before SQLite does. It refuses one of which something that
// was once on disk does not hold, and alters nothing then.
func newMarker(f folder) (*marker, error) {
	m := &marker{folder: f, log: follower{path: f.in(databaseName + "-wal")}}
	if err := m.log.follow(); errors.Is(err, errNoHead) {
		return nil, casework.Refuse(casework.JournalDamaged, err.Error())
	} else if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(f.in(markName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if was := markOf(b); was.salts == m.log.head.salts && m.log.frames < was.frames {
		return nil, casework.Refuse(casework.JournalDamaged, "a transaction in the log does not hold")
	}
	return m, nil
}

// ready makes the file of the mark where there is none, so that a step only fills it.
func (m *marker) ready() error {
	there, err := m.folder.has(markName)
	if there || err != nil {
		return err
	}
	return m.folder.put(markName, logMark{}.bytes())
}

// written is told how a transaction ended. Nothing depends on the mark being there, so
// no step fails for it.
func (m *marker) written(err error) {
	if err != nil {
		m.doubt = true
		return
	}
	was := m.log
	if m.log.follow() != nil {
		m.doubt = true
		return
	}
	if m.doubt {
		m.doubt, m.blind = false, m.log.head.salts
	}
	added := m.log.head.salts != was.head.salts || m.log.frames > was.frames
	if !added || m.log.head.salts == m.blind { // what another program left in the log was perhaps never synced
		return
	}
	_ = m.folder.jot(markName, logMark{m.log.head.salts, m.log.frames}.bytes())
}
