using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Tests.Threading;

public unsafe class PartitionerTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 4)]
    [InlineData(100, 7, 1)]
    [InlineData(100, 7, 4)]
    [InlineData(1000, 1, 3)]
    [InlineData(5, 100, 3)]
    public void Every_row_is_visited_once_in_the_same_pieces(int count, int grain, int threads)
    {
        var visits = new int[count];
        var pieceOf = new int[count];
        fixed (int* v = visits, p = pieceOf)
        {
            var job = new Mark { Visits = v, PieceOf = p };
            Partitioner.For(count, grain, threads, ref job);
        }
        Assert.All(visits, x => Assert.Equal(1, x));
        for (int i = 0; i < count; i++)
            Assert.Equal(i / grain, pieceOf[i]);
    }

    [Fact]
    public void Single_thread_allocates_nothing()
    {
        var visits = new int[100];
        fixed (int* v = visits)
        {
            var job = new Mark { Visits = v, PieceOf = v };
            Partitioner.For(100, 10, 1, ref job);
            Assert.Equal(0, Allocations.Of(() => Partitioner.For(100, 10, 1, ref job)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Failure_of_a_piece_reaches_the_caller(int threads)
    {
        var job = default(Fail);
        Assert.Throws<InvalidOperationException>(() => Partitioner.For(50, 1, threads, ref job));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var job = default(Fail);
        Assert.Throws<ArgumentOutOfRangeException>(() => Partitioner.For(-1, 1, 1, ref job));
        Assert.Throws<ArgumentOutOfRangeException>(() => Partitioner.For(1, 0, 1, ref job));
        Assert.Throws<ArgumentOutOfRangeException>(() => Partitioner.For(1, 1, 0, ref job));
    }

    private struct Mark : IRangeJob
    {
        public int* Visits, PieceOf;

        public readonly void Invoke(int piece, int begin, int end)
        {
            for (int i = begin; i < end; i++)
            {
                Interlocked.Increment(ref Visits[i]);
                PieceOf[i] = piece;
            }
        }
    }

    private struct Fail : IRangeJob
    {
        public readonly void Invoke(int piece, int begin, int end)
        {
            if (piece == 17)
                throw new InvalidOperationException("piece 17");
        }
    }
}
