/* Ask one server over UDP as fast as it answers, or at a fixed rate, and write what came back as JSON.
 *
 *   generator HOST PORT FILE SECONDS SOCKETS window N     keep N queries in flight: how fast is the server?
 *   generator HOST PORT FILE SECONDS SOCKETS rate N       send N a second, evenly: how long does an answer take?
 *
 * FILE holds the queries, asked in turn: two octets of length, one of class (0 or 1: latencies are told apart by it),
 * one of random letters, then the packet. So many letters are written anew each time where its first label begins,
 * or its second one behind one letter, where the upper bit of the number is set.
 * Each query gets the next ID of its socket; an answer is counted by its rcode if it is one to a query in flight.
 * It is C because a server in Python that does as little as it can is not saturated by one that does more.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, ROOM = 4096, IDS = 65536, CLASSES = 2, LABEL = 13, SECOND = 0x80, QUEUE = 4 << 20 };

struct query { uint16_t length; uint8_t class, random; uint8_t *packet; };
struct flight { uint64_t sent; uint8_t class; };
struct lane { int socket; uint16_t next; int64_t in_flight; uint64_t moved; struct flight *flights; };

static struct query *queries;
static size_t query_count, cursor;
static uint64_t sent, received, unexpected, rcodes[16], truncated, random_state = 88172645463325252ull;
static uint32_t *latencies[CLASSES];
static size_t latency_count[CLASSES], latency_room;
static uint8_t outgoing[BATCH][ROOM], incoming[BATCH][ROOM];
static struct iovec out_vectors[BATCH], in_vectors[BATCH];
static struct mmsghdr out_headers[BATCH], in_headers[BATCH];

static void fail(const char *what) { perror(what); exit(2); }

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void read_queries(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    size_t room = 0;
    uint8_t head[4];
    while (fread(head, 1, 4, file) == 4) {
        if (query_count == room) {
            room = room ? 2 * room : 1024;
            queries = realloc(queries, room * sizeof *queries);
        }
        struct query *query = &queries[query_count++];
        *query = (struct query){(uint16_t)(head[0] << 8 | head[1]), head[2], head[3], NULL};
        query->packet = malloc(query->length);
        if (query->length > ROOM || fread(query->packet, 1, query->length, file) != query->length) fail(path);
    }
    fclose(file);
    if (!query_count) { fprintf(stderr, "%s: no queries\n", path); exit(2); }
}

static void write_letters(uint8_t *label, int count) {
    for (int i = 0; i < count; i++) {
        random_state ^= random_state << 13;
        random_state ^= random_state >> 7;
        random_state ^= random_state << 17;
        label[i] = (uint8_t)('a' + (random_state >> 33) % 26);
    }
}

static int send_batch(struct lane *lane, int count) {
    uint64_t time = now();
    uint16_t first = lane->next;
    for (int i = 0; i < count; i++) {
        struct query *query = &queries[cursor];
        if (++cursor == query_count) cursor = 0;
        memcpy(outgoing[i], query->packet, query->length);
        if (query->random) write_letters(outgoing[i] + LABEL + (query->random & SECOND ? 2 : 0), query->random & ~SECOND);
        uint16_t id = (uint16_t)(first + i);
        outgoing[i][0] = (uint8_t)(id >> 8);
        outgoing[i][1] = (uint8_t)id;
        out_vectors[i].iov_len = query->length;
        lane->flights[id] = (struct flight){time, query->class};
    }
    int done = sendmmsg(lane->socket, out_headers, (unsigned)count, MSG_DONTWAIT);
    if (done < 0) {
        if (errno != EAGAIN && errno != ECONNREFUSED) fail("sendmmsg");
        done = 0;
    }
    for (int i = done; i < count; i++) lane->flights[(uint16_t)(first + i)].sent = 0;
    lane->next = (uint16_t)(first + done);
    lane->in_flight += done;
    sent += (uint64_t)done;
    return done;
}

static int receive_batch(struct lane *lane) {
    int count = recvmmsg(lane->socket, in_headers, BATCH, MSG_DONTWAIT, NULL);
    if (count <= 0) return 0;
    uint64_t time = now();
    for (int i = 0; i < count; i++) {
        uint8_t *answer = incoming[i];
        struct flight *flight = &lane->flights[answer[0] << 8 | answer[1]];
        if (in_headers[i].msg_len < 12 || !(answer[2] & 0x80) || !flight->sent) { unexpected++; continue; }
        if (latency_count[flight->class] < latency_room)
            latencies[flight->class][latency_count[flight->class]++] = (uint32_t)(time - flight->sent);
        flight->sent = 0;
        received++;
        lane->in_flight--;
        rcodes[answer[3] & 15]++;
        truncated += answer[2] >> 1 & 1;
    }
    lane->moved = time;
    return count;
}

static void keep_window(struct lane *lane, int64_t window, uint64_t time) {
    while (receive_batch(lane) == BATCH) {}
    int64_t free = window - lane->in_flight;
    if (free <= 0 && time - lane->moved > 100000000u) lane->in_flight = 0, lane->moved = time; /* those are lost */
    while (free >= BATCH / 2 || free == window) {
        int wanted = free < BATCH ? (int)free : BATCH;
        if (send_batch(lane, wanted) < wanted) return;
        free -= wanted;
    }
}

static int by_size(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static double microseconds(int class, double part) {
    size_t count = latency_count[class];
    return count ? latencies[class][(size_t)((double)(count - 1) * part)] / 1000.0 : 0;
}

int main(int argc, char **argv) {
    if (argc != 8) { fprintf(stderr, "usage: generator HOST PORT FILE SECONDS SOCKETS window|rate N\n"); return 2; }
    double seconds = atof(argv[4]);
    int lanes = atoi(argv[5]), saturate = !strcmp(argv[6], "window"), size = QUEUE;
    double number = atof(argv[7]);
    read_queries(argv[3]);
    latency_room = saturate ? 1000000 : (size_t)(number * seconds) + 1024;
    for (int class = 0; class < CLASSES; class++) latencies[class] = malloc(latency_room * sizeof(uint32_t));
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &server.sin_addr);
    struct lane *all = calloc((size_t)lanes, sizeof *all);
    for (int i = 0; i < lanes; i++) {
        all[i].socket = socket(AF_INET, SOCK_DGRAM, 0);
        if (setsockopt(all[i].socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
            setsockopt(all[i].socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        if (connect(all[i].socket, (struct sockaddr *)&server, sizeof server)) fail("connect");
        all[i].flights = calloc(IDS, sizeof *all[i].flights);
    }
    for (int i = 0; i < BATCH; i++) {
        out_vectors[i].iov_base = outgoing[i];
        in_vectors[i] = (struct iovec){incoming[i], ROOM};
        out_headers[i].msg_hdr.msg_iov = &out_vectors[i];
        in_headers[i].msg_hdr.msg_iov = &in_vectors[i];
        out_headers[i].msg_hdr.msg_iovlen = in_headers[i].msg_hdr.msg_iovlen = 1;
    }
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), time;
    for (int i = 0; i < lanes; i++) all[i].moved = start;
    for (int turn = 0; (time = now()) < end; turn = (turn + 1) % lanes) {
        if (saturate) {
            keep_window(&all[turn], (int64_t)(number / lanes), time);
            continue;
        }
        int64_t due = (int64_t)((double)(time - start) / 1e9 * number) - (int64_t)sent;
        if (due > 0) send_batch(&all[turn], due < BATCH ? (int)due : BATCH);
        for (int i = 0; i < lanes; i++) receive_batch(&all[i]);
    }
    double elapsed = (double)(time - start) / 1e9;
    uint64_t in_time = received;
    for (end = now() + 200000000u; now() < end && received < sent;)
        for (int i = 0; i < lanes; i++) receive_batch(&all[i]);
    printf("{\"seconds\": %.6f, \"sent\": %lu, \"received\": %lu, \"in_time\": %lu, \"unexpected\": %lu, "
           "\"truncated\": %lu, \"rcodes\": [", elapsed, sent, received, in_time, unexpected, truncated);
    for (int i = 0; i < 16; i++) printf("%s%lu", i ? ", " : "", rcodes[i]);
    printf("], \"latency\": [");
    for (int class = 0; class < CLASSES; class++) {
        qsort(latencies[class], latency_count[class], sizeof(uint32_t), by_size);
        printf("%s{\"count\": %zu, \"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}", class ? ", " : "",
               latency_count[class], microseconds(class, 0.5), microseconds(class, 0.99), microseconds(class, 1));
    }
    printf("]}\n");
    return 0;
}
