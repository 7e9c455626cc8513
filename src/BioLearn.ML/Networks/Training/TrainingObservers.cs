namespace BioLearn.ML.Networks;

/// <summary>Several observers of one training.</summary>
/// <param name="observers">Each hears of every step, in this order.</param>
public sealed class TrainingObservers(params IReadOnlyList<TrainingObserver> observers) : TrainingObserver
{
    /// <inheritdoc/>
    public override IDisposable? Attach<T>(NetworkTrainer<T> trainer, Samples<T> rows) => new Attached([.. observers.Select(observer => observer.Attach(trainer, rows))]);

    /// <inheritdoc/>
    public override void Validate()
    {
        foreach (TrainingObserver observer in observers)
            observer.Validate();
    }

    private sealed class Attached(IDisposable?[] watching) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable? one in watching)
                one?.Dispose();
        }
    }
}
