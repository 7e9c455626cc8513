using BioLearn.Kernels.Random;

namespace BioLearn.ML.Hosting;

/// <summary>Passes over the rows in mini-batches, each epoch in an order that the seed and the epoch's number decide, with progress and cancellation.</summary>
/// <param name="context">Rows, seed, progress.</param>
/// <param name="batchSize">Rows a batch, at least 1; the last batch of an epoch may be smaller.</param>
/// <param name="epochs">Passes, at least 1.</param>
/// <param name="stream">Begins the names of the random streams, where one model has several loops.</param>
internal sealed class EpochLoop(UnsupervisedContext context, int batchSize, int epochs, string stream = "")
{
    /// <summary>Memory for the rows of the next batch, [rows, features].</summary>
    public delegate Span<float> Place(int rows);

    /// <summary>Learns from the batch that was placed; <paramref name="epochs"/> have passed so far, fractions included.</summary>
    public delegate void Learn(double epochs);

    /// <summary>The largest number of rows that <see cref="Place"/> is asked for.</summary>
    public int Capacity => Math.Min(batchSize, context.Rows.Count);

    /// <param name="place">See <see cref="Place"/>.</param>
    /// <param name="learn">See <see cref="Learn"/>.</param>
    /// <param name="loss">Asked after each epoch, for the report; a second number where there is a validation set.</param>
    public void Run(Place place, Learn learn, Func<(double Loss, double? Validation)> loss)
    {
        FloatRows rows = context.Rows;
        int[] order = new int[rows.Count];
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            new RandomStream(context.Seed, $"{stream}order/{epoch}").FillPermutation(order);
            for (int start = 0; start < order.Length; start += Capacity)
            {
                context.Run.ThrowIfCancelled();
                ReadOnlySpan<int> chosen = order.AsSpan(start, Math.Min(Capacity, order.Length - start));
                Gather(chosen, place(chosen.Length));
                learn(epoch - 1 + ((double)start / order.Length));
            }
            (double mean, double? validation) = loss();
            context.Run.Report(new TrainingProgress(epoch, epochs, mean, validation));
        }
    }

    private void Gather(ReadOnlySpan<int> chosen, Span<float> batch)
    {
        int width = context.Rows.Width;
        ReadOnlySpan<float> all = context.Rows.Memory.Span;
        for (int i = 0; i < chosen.Length; i++)
            all.Slice(chosen[i] * width, width).CopyTo(batch.Slice(i * width, width));
    }
}
