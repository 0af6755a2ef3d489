/* The limit that the kernel sets: a DNS "server" that sends each datagram back as an answer, in batches.
 *
 *   echo HOST PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 4096, QUEUE = 4 << 20 };

static uint8_t packets[BATCH][ROOM];
static struct sockaddr_in clients[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr headers[BATCH];

int main(int argc, char **argv) {
    if (argc != 3) { fprintf(stderr, "usage: echo HOST PORT\n"); return 2; }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &address.sin_addr);
    int size = QUEUE, server = socket(AF_INET, SOCK_DGRAM, 0);
    if (setsockopt(server, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
        setsockopt(server, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(server, (struct sockaddr *)&address, sizeof address)) { perror("bind"); return 2; }
    for (int i = 0; i < BATCH; i++) {
        vectors[i].iov_base = packets[i];
        headers[i].msg_hdr = (struct msghdr){.msg_name = &clients[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            vectors[i].iov_len = ROOM;
            headers[i].msg_hdr.msg_namelen = sizeof clients[i];
        }
        int count = recvmmsg(server, headers, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < count; i++) {
            packets[i][2] |= 0x80;
            vectors[i].iov_len = headers[i].msg_len;
        }
        for (int first = 0; first < count;) {
            int done = sendmmsg(server, headers + first, (unsigned)(count - first), 0);
            first += done > 0 ? done : 1;
        }
    }
}
