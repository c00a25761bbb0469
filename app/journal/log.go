package journal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// The write-ahead log (SQLite's file format, §4): a header, then frames, each a
// header and a page. Sums run from one frame to the next. SQLite reads up to the
// first frame that does not fit and takes the rest for what a power cut left.
const (
	logHeader   = 32
	frameHeader = 24
	logMagic    = 0x377f0682 // the last bit: sums of big-endian words
	logBuffer   = 64 << 10
)

// logHead is what the first bytes of a log say.
type logHead struct {
	salts [8]byte // new whenever the log is begun anew
	page  int     // bytes
	order binary.ByteOrder
	sum   [2]uint32
}

// errNoHead: what stands where a log begins is not its head.
var errNoHead = errors.New("the head of the log is not one")

func readHead(b []byte) (logHead, error) {
	magic := binary.BigEndian.Uint32(b)
	h := logHead{page: int(binary.BigEndian.Uint32(b[8:])), order: binary.LittleEndian}
	if magic&1 == 1 {
		h.order = binary.BigEndian
	}
	copy(h.salts[:], b[16:24])
	h.sum = h.onward([2]uint32{}, b[:24])
	if magic&^1 != logMagic || h.sum != pair(b[24:]) || h.page < 512 || h.page > 65536 || h.page&(h.page-1) != 0 {
		return logHead{}, errNoHead
	}
	return h, nil
}

func pair(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// onward goes on with a sum over b, whose length is a multiple of eight.
func (h logHead) onward(s [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += h.order.Uint32(b) + s[1]
		s[1] += h.order.Uint32(b[4:]) + s[0]
	}
	return s
}

// follower reads a log as SQLite does when it starts, and goes on from where it was.
type follower struct {
	path   string
	head   logHead // zero: there is no log, or an empty one
	frames int64   // up to the end of the last whole transaction
	sum    [2]uint32
}

// follow reads what was added, or all of a log that was begun anew. A log that is
// missing, or too short or too empty for a head, has no frames.
func (f *follower) follow() error {
	file, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		f.begin(logHead{})
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	first := make([]byte, logHeader)
	if _, err := io.ReadFull(file, first); err != nil && !ended(err) {
		return err
	} else if err != nil || len(bytes.Trim(first, "\x00")) == 0 {
		f.begin(logHead{})
		return nil
	}
	head, err := readHead(first)
	if err != nil {
		return err
	}
	if head != f.head {
		f.begin(head)
	}
	from := logHeader + f.frames*int64(frameHeader+head.page)
	return f.read(bufio.NewReaderSize(io.NewSectionReader(file, from, 1<<62-from), logBuffer))
}

func (f *follower) begin(head logHead) { f.head, f.frames, f.sum = head, 0, head.sum }

// read takes frames for as long as they fit to one another.
func (f *follower) read(log io.Reader) error {
	frame, sum := make([]byte, frameHeader+f.head.page), f.sum
	for at := f.frames + 1; ; at++ {
		if _, err := io.ReadFull(log, frame); ended(err) {
			return nil
		} else if err != nil {
			return err
		}
		sum = f.head.onward(f.head.onward(sum, frame[:8]), frame[frameHeader:])
		if [8]byte(frame[8:16]) != f.head.salts || sum != pair(frame[16:]) || binary.BigEndian.Uint32(frame) == 0 {
			return nil
		}
		if binary.BigEndian.Uint32(frame[4:]) != 0 { // the last of a transaction
			f.frames, f.sum = at, sum
		}
	}
}

func ended(err error) bool { return err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) }
