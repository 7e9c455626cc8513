namespace BioLearn.ML.Naming;

/// <summary>
/// Which neurons of the last layer take part at each step: those whose potential has reached the threshold, all or the strongest of them,
/// after pooling their potentials if wished. The potentials are [steps][height][width][maps].
/// </summary>
/// <param name="Threshold">Potential from which a neuron is active.</param>
/// <param name="MostPerStep">At most so many of a step, the strongest; -1 for all.</param>
/// <param name="PoolingWindow">Side of the windows in which the largest potential of each map stands for all; 1 for none, -1 for the whole layer.</param>
public sealed record ActiveNeurons(double Threshold, int MostPerStep = -1, int PoolingWindow = 1)
{
    /// <summary>Goes through the active neurons of every step.</summary>
    /// <param name="potentials">[steps][height][width][maps].</param>
    /// <param name="steps">Time steps.</param>
    /// <param name="height">Height of the layer.</param>
    /// <param name="width">Width of the layer.</param>
    /// <param name="maps">Maps of the layer.</param>
    /// <param name="active">
    /// Told step, place (flat index [y][x][map]; pooled windows count as places from the upper left) and potential of each.
    /// </param>
    public void ForEach(ReadOnlySpan<float> potentials, int steps, int height, int width, int maps, Action<int, int, float> active)
    {
        int size = height * width * maps;
        float[] pooled = new float[size];
        var reached = new List<(float Potential, int Place)>();
        for (int t = 0; t < steps; t++)
        {
            Pool(potentials.Slice(t * size, size), height, width, maps, pooled);
            reached.Clear();
            for (int place = 0; place < size; place++)
            {
                if (pooled[place] >= Threshold)
                    reached.Add((pooled[place], place));
            }

            if (MostPerStep >= 0 && reached.Count > MostPerStep)
            {
                // Stable: of equal potentials the first in raster order stay.
                reached = [.. reached.OrderByDescending(one => one.Potential).Take(MostPerStep)];
            }

            foreach (var (potential, place) in reached)
                active(t, place, potential);
        }
    }

    private void Pool(ReadOnlySpan<float> potentials, int height, int width, int maps, float[] pooled)
    {
        if (PoolingWindow == 1)
        {
            potentials.CopyTo(pooled);
            return;
        }

        Array.Fill(pooled, float.NegativeInfinity);
        int windowHeight = PoolingWindow < 0 ? height : PoolingWindow, windowWidth = PoolingWindow < 0 ? width : PoolingWindow;
        // Places that fill no whole window at the right and the bottom are left out.
        for (int y = 0; y < height / windowHeight * windowHeight; y++)
        {
            for (int x = 0; x < width / windowWidth * windowWidth; x++)
            {
                for (int map = 0; map < maps; map++)
                {
                    ref float place = ref pooled[(((y / windowHeight * width) + (x / windowWidth)) * maps) + map];
                    place = Math.Max(place, potentials[(((y * width) + x) * maps) + map]);
                }
            }
        }
    }
}
