package bundle

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"

	"counterfoil/app/casework"
)

// A bundle is a ZIP archive (APPNOTE.TXT 6.3.10, §4.3) that any tool opens, but
// written in one way only: every file stored, in the order of names, no times,
// no comments. It is written here and not by archive/zip, because a bundle must
// verify in many years, and that package doesn't promise to write the same bytes
// for ever.
const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	endSignature     = 0x06054b50
	localBytes       = 30 // of a local header before the name
	storedVersion    = 10 // needed to extract a stored file
	firstDay         = 1<<5 | 1
)

// archive returns the one encoding that a set of files has.
func archive(files map[string][]byte) []byte {
	var out, central bytes.Buffer
	names := sortedNames(files)
	for _, name := range names {
		content, at := files[name], uint32(out.Len())
		size := uint32(len(content))
		common := []any{uint16(storedVersion), uint16(0), uint16(0), uint16(0), uint16(firstDay), crc32.ChecksumIEEE(content), size, size, uint16(len(name)), uint16(0)}
		put(&out, uint32(localSignature))
		put(&out, common...)
		out.WriteString(name)
		out.Write(content)
		put(&central, uint32(centralSignature), uint16(storedVersion))
		put(&central, common...)
		put(&central, uint16(0), uint16(0), uint16(0), uint32(0), at)
		central.WriteString(name)
	}
	start, n := uint32(out.Len()), uint16(len(names))
	out.Write(central.Bytes())
	put(&out, uint32(endSignature), uint16(0), uint16(0), n, n, uint32(central.Len()), start, uint16(0))
	return out.Bytes()
}

func put(w io.Writer, values ...any) {
	for _, v := range values {
		_ = binary.Write(w, binary.LittleEndian, v) // to a buffer: never fails
	}
}

// unpack reads an archive and refuses any but the one encoding of its content.
// The contents are parts of raw.
func unpack(raw []byte) (map[string][]byte, error) {
	if len(raw) > MaxBytes {
		return nil, casework.Refuse(casework.Malformed, "the bundle is too large")
	}
	files := map[string][]byte{}
	for rest := raw; len(rest) >= localBytes && binary.LittleEndian.Uint32(rest) == localSignature; {
		size := uint64(binary.LittleEndian.Uint32(rest[18:]))
		name := uint64(binary.LittleEndian.Uint16(rest[26:]))
		end := localBytes + name + size
		if end > uint64(len(rest)) {
			return nil, casework.Refuse(casework.Malformed, "the archive is cut short")
		}
		files[string(rest[localBytes:localBytes+name])] = rest[localBytes+name : end : end]
		rest = rest[end:]
	}
	if len(files) == 0 {
		return nil, casework.Refuse(casework.Malformed, "this is no bundle")
	}
	if !bytes.Equal(archive(files), raw) {
		return nil, casework.Refuse(casework.Malformed, "the archive is not in the one encoding of a bundle")
	}
	return files, nil
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
