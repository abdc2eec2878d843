// Package redis sends single commands to a Redis server.
package redis

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Check says how the server answers a PING.
func Check(address string) (string, error) {
	answer, err := Do(address, "PING")
	if err != nil {
		return "", err
	}
	return "PING is answered with " + strings.Join(answer, " "), nil
}

// Do sends one command. Nothing comes back as an empty list, one value as a list of one.
func Do(address string, command ...string) ([]string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	connection, err := net.DialTimeout("tcp", parsed.Host, time.Second)
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(2 * time.Second))
	reader := bufio.NewReader(connection)
	if password, isSet := parsed.User.Password(); isSet {
		if _, err := ask(connection, reader, []string{"AUTH", password}); err != nil {
			return nil, err
		}
	}
	return ask(connection, reader, command)
}

func ask(writer io.Writer, reader *bufio.Reader, command []string) ([]string, error) {
	text := fmt.Sprintf("*%d\r\n", len(command))
	for _, word := range command {
		text += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(writer, text); err != nil {
		return nil, err
	}
	return read(reader)
}

func read(reader *bufio.Reader) ([]string, error) {
	line, err := reader.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	kind, rest := line[0], strings.TrimSpace(line[1:])
	switch kind {
	case '-':
		return nil, fmt.Errorf("redis: %s", rest)
	case '$':
		length, _ := strconv.Atoi(rest)
		if length < 0 {
			return nil, nil
		}
		value := make([]byte, length+2)
		_, err := io.ReadFull(reader, value)
		return []string{string(value[:length])}, err
	case '*':
		count, _ := strconv.Atoi(rest)
		values := []string{}
		for index := 0; index < count; index++ {
			value, err := read(reader)
			if err != nil {
				return nil, err
			}
			values = append(values, value...)
		}
		return values, nil
	default:
		return []string{rest}, nil
	}
}
