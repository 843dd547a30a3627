// C++: every account tested in every step, a path a task.
//
//     g++ -std=c++17 -O3 -march=native -fopenmp cpp_dense.cpp -o cpp_dense -lopenblas
//     cpp_dense BOOK WORKLOAD MODE PATHS THREADS SEED
//
// BOOK is written by workload.py. Modes of R: `ziggurat` (xoshiro256**, ziggurat normals, chi-square by
// Marsaglia and Tsang) or `std` (mt19937_64 and the distributions of <random>). Modes of L: `scan` (one
// fused loop over the accounts) or `gemm` (a dgemm of 16 paths by all accounts).

#include <cblas.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

extern "C" void openblas_set_num_threads(int);

constexpr int kAssets = 8, kSteps = 1440, kJumpStep = 719, kBlockPaths = 16, kChunk = 512;
constexpr double kNu = 5, kImpactKept = 0.98, kCloseFactor = 0.5, kBonus = 0.05;
using Row = std::array<double, kAssets>;

// The tables of the market and the position book; columns are [asset][account].
struct Book {
  int64_t accounts;
  Row volatility, threshold, reserve, factor[kAssets];
  std::vector<double> tokens, debt, ratio;  // ratio = threshold x tokens / debt
  int64_t start[kAssets + 1];               // accounts owing asset a: start[a] to start[a + 1]
  double dust;

  explicit Book(const char *path) {
    FILE *file = std::fopen(path, "rb");
    auto read = [&](void *target, size_t bytes) {
      if (!file || std::fread(target, 1, bytes, file) != bytes) std::exit(66);
    };
    read(&accounts, sizeof accounts);
    for (Row *row : {&volatility, &threshold, &reserve}) read(row, sizeof(Row));
    read(factor, sizeof factor);
    tokens.resize(kAssets * accounts), debt.resize(accounts);
    read(tokens.data(), 8 * tokens.size()), read(debt.data(), 8 * debt.size());
    read(start, sizeof start);
    std::fclose(file);
    ratio.resize(tokens.size());
    for (int i = 0; i < kAssets; i++)
      for (int j = 0; j < accounts; j++)
        ratio[i * accounts + j] = threshold[i] * tokens[i * accounts + j] / debt[j];
    dust = 1000.0 * 10000 / accounts;
  }
};

// xoshiro256** (Blackman, Vigna 2018), seeded by SplitMix64.
struct Xoshiro {
  using result_type = uint64_t;
  uint64_t s[4];

  explicit Xoshiro(uint64_t seed) {
    for (auto &word : s) {
      uint64_t z = seed += 0x9E3779B97F4A7C15;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
      word = z ^ (z >> 31);
    }
  }

  uint64_t operator()() {
    auto rotate = [](uint64_t x, int k) { return x << k | x >> (64 - k); };
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
  }

  double uniform() { return ((*this)() >> 11) * 0x1p-53 + 0x1p-54; }
};

// Normals by the ziggurat of 256 layers (Marsaglia, Tsang 2000), chi-square by their gamma method.
struct Ziggurat {
  static constexpr double kTail = 3.6541528853610088, kArea = 0.00492867323399;
  Xoshiro bits;
  explicit Ziggurat(uint64_t seed) : bits(seed) {}

  struct Tables {
    double x[257], f[257];
    Tables() {
      auto density = [](double x) { return std::exp(-0.5 * x * x); };
      x[0] = kArea / density(kTail), x[1] = kTail, x[256] = 0;
      for (int i = 2; i < 256; i++)
        x[i] = std::sqrt(-2 * std::log(kArea / x[i - 1] + density(x[i - 1])));
      for (int i = 0; i < 257; i++) f[i] = density(x[i]);
    }
  };
  static const Tables tables;

  double normal() {
    for (;;) {
      uint64_t word = bits();
      int layer = word & 255;
      double x = double(int64_t(word) >> 11) * 0x1p-52 * tables.x[layer];
      if (std::fabs(x) < tables.x[layer + 1]) return x;
      if (layer == 0) return std::copysign(tail(), x);
      double height = tables.f[layer] + bits.uniform() * (tables.f[layer + 1] - tables.f[layer]);
      if (height < std::exp(-0.5 * x * x)) return x;
    }
  }

  double tail() {
    double a, y;
    do {
      a = -std::log(bits.uniform()) / kTail;
      y = -std::log(bits.uniform());
    } while (y + y < a * a);
    return kTail + a;
  }

  double chi_square() {
    const double d = kNu / 2 - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
      double x = normal(), v = 1 + c * x;
      if (v <= 0) continue;
      v = v * v * v;
      double u = bits.uniform();
      if (u < 1 - 0.0331 * x * x * x * x) return 2 * d * v;
      if (std::log(u) < 0.5 * x * x + d * (1 - v + std::log(v))) return 2 * d * v;
    }
  }
};
const Ziggurat::Tables Ziggurat::tables;

// What <random> offers.
struct Standard {
  std::mt19937_64 bits;
  std::normal_distribution<double> normals;
  std::chi_squared_distribution<double> mixing{kNu};
  explicit Standard(uint64_t seed) : bits(seed) {}
  double normal() { return normals(bits); }
  double chi_square() { return mixing(bits); }
};

// Adds one step's Student-t returns to the log prices.
template <class Source>
inline void move(Source &source, const Book &book, double multiplier, Row &log_price) {
  Row normal;
  for (auto &z : normal) z = source.normal();
  double scale = std::sqrt((kNu - 2) / source.chi_square());
  for (int i = 0; i < kAssets; i++) {
    double sum = 0, volatility = multiplier * book.volatility[i];
    for (int k = 0; k <= i; k++) sum += book.factor[i][k] * normal[k];
    log_price[i] += volatility * (scale * sum - 0.5 * volatility);
  }
}

// Workload R: end, lowest and mean price of assets 0 and 6, a row a path.
template <class Source>
void run_returns(const Book &book, int paths, uint64_t seed, std::vector<double> *columns) {
#pragma omp parallel for schedule(dynamic, 64)
  for (int path = 0; path < paths; path++) {
    Source source(seed + path);
    Row log_price{}, low{}, sum{};
    for (int step = 0; step < kSteps; step++) {
      move(source, book, 1, log_price);
      for (int i = 0; i < kAssets; i++) {
        low[i] = std::min(low[i], log_price[i]);
        sum[i] += std::exp(log_price[i]);
      }
    }
    for (int k = 0; k < 2; k++) {
      int i = 6 * k;
      columns[k][path] = std::exp(log_price[i]);
      columns[2 + k][path] = std::exp(low[i]);
      columns[4 + k][path] = sum[i] / kSteps;
    }
  }
}

// One path of workload L.
struct Path {
  Ziggurat source;
  Row log_price{}, impact{}, price{}, sold{};
  // Shares of collateral and debt left; debt left over collateral left, -1 where closed.
  std::vector<double> kept, owed, threshold;
  double liquidated = 0, bad_debt = 0, events = 0, distinct = 0, lowest = 1;

  Path(uint64_t seed, int64_t accounts)
      : source(seed), kept(accounts, 1.0), owed(accounts, 1.0), threshold(accounts, 1.0) {}

  void move_prices(const Book &book, double multiplier, double jump) {
    move(source, book, multiplier, log_price);
    for (int i = 0; i < kAssets; i++) {
      if (i < 7) log_price[i] += jump;
      price[i] = std::exp(log_price[i] + impact[i]);
    }
    sold = {};
    lowest = std::min(lowest, price[0]);
  }

  void liquidate(const Book &book, int account, int debt_asset) {
    double collateral = 0, value = book.debt[account] * owed[account] * price[debt_asset];
    for (int i = 0; i < kAssets; i++) collateral += book.tokens[i * book.accounts + account] * price[i];
    collateral *= kept[account];
    double close = value <= book.dust ? 1 : kCloseFactor, repaid = close * value;
    double share = repaid * (1 + kBonus) / collateral;
    if (kept[account] == 1 && owed[account] == 1) distinct++;
    if (share >= 1) {
      share = 1;
      repaid = collateral / (1 + kBonus);
      bad_debt += value - repaid;
    }
    for (int i = 0; i < kAssets; i++)
      sold[i] += book.tokens[i * book.accounts + account] * kept[account] * share;
    liquidated += repaid;
    events++;
    bool is_closed = share == 1 || close == 1;
    kept[account] *= 1 - share;
    owed[account] *= is_closed ? 0 : 1 - close;
    threshold[account] = is_closed ? -1 : owed[account] / kept[account];
  }

  void sell(const Book &book) {
    for (int i = 0; i < kAssets; i++)
      impact[i] = kImpactKept * impact[i] - 2 * std::log1p(sold[i] / book.reserve[i]);
  }
};

// Health of account j at prices relative to that of its debt asset.
inline double health(const double *ratio, int64_t n, int64_t j, const Row &p) {
  return ratio[j] * p[0] + ratio[n + j] * p[1] + ratio[2 * n + j] * p[2] + ratio[3 * n + j] * p[3] +
         ratio[4 * n + j] * p[4] + ratio[5 * n + j] * p[5] + ratio[6 * n + j] * p[6] +
         ratio[7 * n + j] * p[7];
}

// Tests the accounts that owe `asset`, chunk by chunk: a chunk is looked at closely only where the
// count finds anything. `product` holds their health factors, or is null: then they are computed here.
void scan(const Book &book, Path &path, int asset, const Row &relative, const double *product) {
  const int64_t n = book.accounts, end = book.start[asset + 1];
  const double *__restrict ratio = book.ratio.data(), *__restrict threshold = path.threshold.data();
  for (int64_t low = book.start[asset]; low < end; low += kChunk) {
    int64_t high = std::min(end, low + kChunk), count = 0;
    if (product)
      for (int64_t j = low; j < high; j++) count += product[j] < threshold[j];
    else
      for (int64_t j = low; j < high; j++) count += health(ratio, n, j, relative) < threshold[j];
    if (count == 0) continue;
    for (int64_t j = low; j < high; j++)
      if (health(ratio, n, j, relative) < threshold[j]) path.liquidate(book, j, asset);
  }
}

// Workload L, `block` paths a task; `block` above one means health factors by dgemm.
void run_liquidations(const Book &book, int paths, uint64_t seed, double multiplier, double jump,
                      int block, std::vector<double> *columns) {
  const int64_t n = book.accounts;
#pragma omp parallel for schedule(dynamic, 1)
  for (int first = 0; first < paths; first += block) {
    std::vector<Path> group;
    for (int p = first; p < std::min(paths, first + block); p++) group.emplace_back(seed + p, n);
    std::vector<double> product(block > 1 ? group.size() * n : 0);
    std::vector<Row> relative(group.size());
    for (int step = 0; step < kSteps; step++) {
      for (auto &path : group) path.move_prices(book, multiplier, step == kJumpStep ? jump : 0);
      for (int asset = 0; asset < kAssets; asset++) {
        int64_t begin = book.start[asset], count = book.start[asset + 1] - begin;
        if (count == 0) continue;
        for (size_t p = 0; p < group.size(); p++)
          for (int i = 0; i < kAssets; i++)
            relative[p][i] = group[p].price[i] / group[p].price[asset];
        if (block > 1)
          cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, group.size(), count, kAssets, 1,
                      relative[0].data(), kAssets, book.ratio.data() + begin, n, 0,
                      product.data() + begin, n);
        for (size_t p = 0; p < group.size(); p++)
          scan(book, group[p], asset, relative[p], block > 1 ? product.data() + p * n : nullptr);
      }
      for (auto &path : group) path.sell(book);
    }
    for (size_t p = 0; p < group.size(); p++) {
      const Path &path = group[p];
      const double row[] = {path.liquidated, path.bad_debt, path.events,
                            path.distinct,   path.lowest,   path.price[0]};
      for (int k = 0; k < 6; k++) columns[k][first + p] = row[k];
    }
  }
}

int main(int count, char **words) {
  if (count != 7) {
    std::fputs("usage: cpp_dense BOOK WORKLOAD MODE PATHS THREADS SEED\n", stderr);
    return 64;
  }
  const Book book(words[1]);
  const std::string workload = words[2], mode = words[3];
  const int paths = std::atoi(words[4]);
  const uint64_t seed = 1'000'000ull * std::atoi(words[6]);
  omp_set_num_threads(std::atoi(words[5]));
  openblas_set_num_threads(1);

  const bool is_returns = workload == "R";
  const double multiplier = workload == "L1" ? 1 : workload == "L2" ? 2 : 4;
  const double jump = workload == "L4S" ? -0.3 : 0;
  std::vector<std::vector<double>> columns(6, std::vector<double>(paths));
  const auto start = std::chrono::steady_clock::now();
  const double cpu_start = double(std::clock()) / CLOCKS_PER_SEC;
  if (is_returns && mode == "std")
    run_returns<Standard>(book, paths, seed, columns.data());
  else if (is_returns)
    run_returns<Ziggurat>(book, paths, seed, columns.data());
  else
    run_liquidations(book, paths, seed, multiplier, jump, mode == "gemm" ? kBlockPaths : 1,
                     columns.data());
  const double cpu_seconds = double(std::clock()) / CLOCKS_PER_SEC - cpu_start;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  static const char *const names[2][6] = {
      {"end_price_0", "end_price_6", "min_price_0", "min_price_6", "mean_price_0", "mean_price_6"},
      {"liquidated_usd", "bad_debt_usd", "liquidations", "accounts_liquidated", "min_price_0",
       "end_price_0"}};
  std::printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"paths\": %d, \"statistics\": {",
              seconds.count(), cpu_seconds, paths);
  for (int k = 0; k < 6; k++) {
    double sum = 0, squares = 0;
    for (double x : columns[k]) sum += x;
    for (double x : columns[k]) squares += (x - sum / paths) * (x - sum / paths);
    std::printf("%s\"%s\": {\"mean\": %.9g, \"standard_error\": %.4g}", k ? ", " : "",
                names[is_returns ? 0 : 1][k], sum / paths,
                std::sqrt(squares / std::max(1, paths - 1) / paths));
  }
  std::puts("}}");
}
