using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Learning the bundled pictures.</summary>
internal static class Pictures
{
    private const int Train = 1500, Test = 500;

    /// <summary>Share of test pictures told right after some epochs; a tenth is chance.</summary>
    public static double Accuracy(NetworkSpec spec, LearningRule rule, int epochs, OptimizerSettings optimizer)
    {
        (double[] images, int[] labels) = FashionImages.Load("train index of sample n (n=0,1,2..) = (n*7919+13) mod 60000", Train, Test);
        float[] pixels = Array.ConvertAll(images, pixel => (float)pixel);
        using Network<float> network = new(spec, rule, Initializer.GlorotUniform, seed: 3);
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, batchSize: 32);
        Samples<float> samples = Samples<float>.OfClasses(pixels.AsMemory(0, Train * FashionImages.Pixels), labels.AsMemory(0, Train));
        for (int epoch = 0; epoch < epochs; epoch++)
            trainer.TrainEpoch(samples);
        return trainer.Evaluate(Samples<float>.OfClasses(pixels.AsMemory(Train * FashionImages.Pixels), labels.AsMemory(Train))).Accuracy;
    }
}
