package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"math/bits"
	"os"

	"counterfoil/app/casework"
)

// The write-ahead log (SQLite's file format, §4.1): a header, then frames, each a
// header and a page. Sums run from one frame to the next. SQLite reads up to the
// first frame that does not fit and takes the rest for what a power cut left: one
// flipped bit makes it forget every transaction behind it without a word.
const (
	logHeader   = 32
	frameHeader = 24
	logMagic    = 0x377f0682 // the last bit: sums of big-endian words
)

// checkLog refuses a log of which a transaction that was once on disk does not
// hold. A power cut spoils the last transaction alone, because each is synced
// before the next begins: what does not hold in front of a whole later one was
// damaged afterwards. So was, in the last one, a frame that a single bit would make
// whole: a power cut leaves none like that. It only reads.
func checkLog(path string) error {
	log, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.Trim(log, "\x00")) == 0 {
		return nil
	}
	if err != nil {
		return fault(err)
	}
	if len(log) < logHeader+frameHeader {
		return nil
	}
	f, ok := framesOf(log)
	if !ok {
		return casework.Refuse(casework.JournalDamaged, "the head of the log is not one")
	}
	if f.brokenInside() {
		return casework.Refuse(casework.JournalDamaged, "a transaction in the log does not hold")
	}
	return nil
}

// frames is a log in memory.
type frames struct {
	log   []byte
	page  int
	order binary.ByteOrder
}

func framesOf(log []byte) (frames, bool) {
	magic := binary.BigEndian.Uint32(log)
	f := frames{log: log, page: int(binary.BigEndian.Uint32(log[8:])), order: binary.LittleEndian}
	if magic&1 == 1 {
		f.order = binary.BigEndian
	}
	sum := f.sum([2]uint32{}, log[:24])
	return f, magic&^1 == logMagic && sum == pair(log[24:]) && f.page >= 512 && f.page&(f.page-1) == 0
}

func pair(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// sum goes on with a sum over b, whose length is a multiple of eight.
func (f frames) sum(s [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += f.order.Uint32(b) + s[1]
		s[1] += f.order.Uint32(b[4:]) + s[0]
	}
	return s
}

func (f frames) count() int { return (len(f.log) - logHeader) / (frameHeader + f.page) }

func (f frames) at(i int) []byte {
	from := logHeader + i*(frameHeader+f.page)
	return f.log[from : from+frameHeader+f.page]
}

// holds reports whether a frame is of this log and fits to the sum that the one
// before it says.
func (f frames) holds(i int) bool {
	before := pair(f.log[24:])
	if i > 0 {
		before = pair(f.at(i - 1)[16:])
	}
	b := f.at(i)
	return bytes.Equal(b[8:16], f.log[16:24]) && f.sum(f.sum(before, b[:8]), b[frameHeader:]) == pair(b[16:])
}

// ends reports whether a frame is the last of a transaction.
func (f frames) ends(i int) bool { return binary.BigEndian.Uint32(f.at(i)[4:]) != 0 }

// brokenInside reports whether a frame that holds stands behind the end of a
// transaction that does not, or the first that does not is one bit from holding.
func (f frames) brokenInside() bool {
	broken, ended := false, false
	for i := range f.count() {
		holds := f.holds(i)
		if holds && ended || !holds && !broken && f.oneBitOff(i) {
			return true
		}
		broken = broken || !holds
		ended = ended || broken && f.ends(i)
	}
	return false
}

// oneBitOff reports whether one flipped bit is all that is wrong with a frame.
func (f frames) oneBitOff(i int) bool {
	before := pair(f.log[24:])
	if i > 0 {
		before = pair(f.at(i - 1)[16:])
	}
	b := f.at(i)
	salts := apart(b[8:16], f.log[16:24])
	summed := append(bytes.Clone(b[:8]), b[frameHeader:]...)
	got := f.sum(before, summed)
	var says [8]byte
	binary.BigEndian.PutUint32(says[:], got[0])
	binary.BigEndian.PutUint32(says[4:], got[1])
	sums := apart(b[16:24], says[:])
	return salts+sums == 1 || salts == 0 && f.bitFor(summed, [2]uint32{pair(b[16:])[0] - got[0], pair(b[16:])[1] - got[1]})
}

// apart returns in how many bits two texts of one length differ.
func apart(a, b []byte) (n int) {
	for i := range a {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n
}

// bitFor reports whether flipping one bit of b changes its sum by want. The sum is
// linear: what a word adds runs through the same steps, whatever the others are.
func (f frames) bitFor(b []byte, want [2]uint32) bool {
	one, two := [2]uint32{1, 1}, [2]uint32{0, 1} // what 1 in the first or second word of a pair adds to the sum
	for at := len(b) - 8; at >= 0; at -= 8 {
		for word, adds := range [][2]uint32{one, two} {
			has := f.order.Uint32(b[at+4*word:])
			for bit := uint32(1); bit != 0; bit <<= 1 {
				d := bit
				if has&bit != 0 {
					d = -bit
				}
				if adds[0]*d == want[0] && adds[1]*d == want[1] {
					return true
				}
			}
		}
		one, two = onward(one), onward(two)
	}
	return false
}

// onward takes what was added to a sum through the next pair of words.
func onward(s [2]uint32) [2]uint32 { return [2]uint32{s[0] + s[1], s[0] + 2*s[1]} }
